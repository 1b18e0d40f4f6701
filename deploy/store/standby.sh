#!/bin/sh
# The command of the store's standby: copies the primary at the first start, and follows it.
set -eu
export PGPASSWORD="$REPLICATION_PASSWORD"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # Under another name until it is whole. No commit may wait for the copying: only what follows has the standby's name.
  rm -rf "$PGDATA.new"
  until pg_basebackup --pgdata="$PGDATA.new" --write-recovery-conf --checkpoint=fast --no-password \
    --host="$PRIMARY_HOST" --port="${PRIMARY_PORT:-5432}" --username=replicator; do
    rm -rf "$PGDATA.new"
    echo "The primary can't be copied yet." >&2
    sleep 2
  done
  [ ! -d "$PGDATA" ] || rmdir "$PGDATA"
  mv "$PGDATA.new" "$PGDATA"
fi
unset PGPASSWORD
exec docker-entrypoint.sh postgres -c cluster_name=standby
