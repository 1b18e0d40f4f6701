#!/bin/sh
# Run once by the image of PostgreSQL, in its new primary: the store's user and database, and the standby that each commit
# waits for from the next start on.
set -eu
psql --set=ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$POSTGRES_USER" --dbname postgres \
  --set=store="$STORE_PASSWORD" --set=replication="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE heliosdb LOGIN PASSWORD :'store';
CREATE DATABASE heliosdb OWNER heliosdb;
-- It shows how the standby is.
GRANT pg_read_all_stats TO heliosdb;
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication';
-- Last: from here on, commits would wait.
ALTER SYSTEM SET synchronous_standby_names = 'standby';
SQL
echo "host replication replicator all scram-sha-256" >> "$PGDATA/pg_hba.conf"
