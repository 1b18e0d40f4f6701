import type { Client } from "pg";

/** Raised whenever the tables below change. */
export const STORE_FORMAT = 5;

/**
 * cell        the group of databases that one node serves at a time; `epoch` rises with each node that takes it over, and
 *             `renewed` with each renewal of its lease; `boot` is the process that serves it, null where none does;
 *             `whole` says that the logs have all that the first node had when it began the cell, since `whole_at`;
 *             `leaving` is a process that was asked to leave the cell to another one; `renewed_at` is for people: nobody
 *             decides anything by it
 * standby     the nodes that follow, as they last said, and the process of each: `seen_at` changes as long as it lives
 * stream      the log of one database: its newest entry, the process that may add the next one, the id of the folder whose
 *             log it is, the bytes of all entries that it has ever had, and when it began
 * entry       the entries, in parts, and when each was added; those of small writes are in the table's own pages
 * known_file  the files that a folder made from the entries has
 * base        the state after an entry of a log: its number, digest and time, the bytes of the log up to there, and those of
 *             the blobs. It is no part of the log's row, so that no append waits for a compaction to be committed
 * base_file   the files of a base; they have numbers, so that a renamed file is one row
 * base_chunk  where the bytes of a file are, CHUNK_BYTES in each; there are zeroes where it has none
 * blob        bytes, which never change, and their SHA-256; files that were copied share them
 * tenant      which cell has a tenant. The tenant that each cell has of its own is not there
 * api_key     whose keys these are
 * move        tenants on their way from cell to cell
 * move_part   what the catalog has of them
 */
const TABLES = `
CREATE SCHEMA helios;
SET LOCAL search_path = helios;
CREATE TABLE format (version integer NOT NULL);
CREATE TABLE cell (
  name text PRIMARY KEY, epoch bigint NOT NULL DEFAULT 0, renewed bigint NOT NULL DEFAULT 0, boot uuid, node text, url text,
  whole boolean NOT NULL DEFAULT false, whole_at timestamptz, leaving uuid,
  renewed_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 20);
CREATE TABLE standby (
  cell text REFERENCES cell, node text, boot uuid NOT NULL, url text, behind bigint NOT NULL, seen_at timestamptz NOT NULL,
  PRIMARY KEY (cell, node)
) WITH (fillfactor = 20);
CREATE TABLE stream (
  cell text NOT NULL REFERENCES cell, name text NOT NULL, epoch bigint NOT NULL, writer uuid NOT NULL,
  folder uuid NOT NULL, head bigint NOT NULL DEFAULT 0, digest text NOT NULL DEFAULT '', bytes bigint NOT NULL DEFAULT 0,
  begun timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (cell, name)
) WITH (fillfactor = 20);
CREATE TABLE entry (
  cell text, stream text, seq bigint, part integer, parts integer NOT NULL, epoch bigint NOT NULL, body bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (cell, stream, seq, part)
) WITH (toast_tuple_target = 8160);
ALTER TABLE entry ALTER body SET STORAGE EXTERNAL;
CREATE TABLE known_file (cell text, stream text, name text, PRIMARY KEY (cell, stream, name));
CREATE TABLE base (
  cell text, stream text, seq bigint NOT NULL, digest text NOT NULL, folded bigint NOT NULL, bytes bigint NOT NULL,
  at timestamptz NOT NULL, PRIMARY KEY (cell, stream)
);
CREATE TABLE base_file (
  id bigserial PRIMARY KEY, cell text NOT NULL, stream text NOT NULL, name text NOT NULL, size bigint NOT NULL,
  UNIQUE (cell, stream, name)
);
CREATE TABLE base_chunk (file bigint, chunk integer, blob bigint NOT NULL, PRIMARY KEY (file, chunk));
CREATE INDEX base_chunk_blob ON base_chunk (blob);
CREATE TABLE blob (id bigserial PRIMARY KEY, body bytea NOT NULL, digest bytea NOT NULL);
ALTER TABLE blob ALTER body SET STORAGE EXTERNAL;
CREATE TABLE tenant (name text PRIMARY KEY, cell text NOT NULL REFERENCES cell);
CREATE INDEX tenant_cell ON tenant (cell);
CREATE TABLE api_key (id text PRIMARY KEY, tenant text NOT NULL REFERENCES tenant ON DELETE CASCADE);
CREATE INDEX api_key_tenant ON api_key (tenant);
CREATE TABLE move (
  tenant text PRIMARY KEY REFERENCES tenant ON DELETE CASCADE, source text NOT NULL REFERENCES cell,
  target text NOT NULL REFERENCES cell, state text NOT NULL DEFAULT 'asked', stream text, facts text, behind bigint,
  problem text, asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE move_part (
  tenant text REFERENCES move ON DELETE CASCADE, part integer, body bytea NOT NULL, PRIMARY KEY (tenant, part)
);
INSERT INTO format VALUES (${STORE_FORMAT});
`;

/** Creates the tables in an empty database. Two that try at once don't disturb each other. */
export async function createStore(client: Client): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock(hashtext('helios'))");
    const { rows } = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = 'helios'");
    if (rows.length === 0) await client.query(TABLES);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
  const { rows } = await client.query<{ version: number }>("SELECT version FROM helios.format");
  const version = rows[0]?.version;
  if (version !== STORE_FORMAT) {
    throw new Error(`the store has format ${version}, and this release reads format ${STORE_FORMAT}`);
  }
}
