import { HeliosError } from "@heliosdb/port";
import type { Connection } from "./connection.js";
import { one } from "./connection.js";

/** The advice for a branch file that can't be used. */
export const ADVICE =
  "Stop the server and restore the file from a backup. Until then the other branches are available.";

/** Raised whenever the tables below change. A file records the version that it was written with. */
export const FORMAT_VERSION = 1;

/**
 * The engine's own tables in a branch file.
 *
 * commits   one row for each commit of the lineage, those inherited from ancestors included; times in µs since 1970
 * tables    every versioned table ever; `physical` is its current name in the file, `def` its newest definition
 * schema    the whole schema after each commit that changed it
 * marks     by table and SCN: upper bound of the rowids in use, and the number of rows, whenever either changed
 * touch     keys that a merge considered, changed or not
 * requests  the newest requests and their outcomes, so that a retry doesn't write twice
 */
const TABLES = `
CREATE TABLE _helios_meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE _helios_commits (
  scn INTEGER PRIMARY KEY, ts INTEGER NOT NULL, branch TEXT NOT NULL, kind TEXT NOT NULL,
  author TEXT NOT NULL, message TEXT, summary TEXT NOT NULL, merged TEXT, reach TEXT
);
CREATE INDEX _helios_merges ON _helios_commits (scn) WHERE reach IS NOT NULL;
CREATE TABLE _helios_tables (
  uid TEXT PRIMARY KEY, physical TEXT NOT NULL, def TEXT NOT NULL, created INTEGER NOT NULL, dropped INTEGER,
  logged TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE _helios_schema (scn INTEGER PRIMARY KEY, epoch TEXT NOT NULL);
CREATE TABLE _helios_marks (uid TEXT, scn INTEGER, mark INTEGER, rows INTEGER NOT NULL, PRIMARY KEY (uid, scn)) WITHOUT ROWID;
CREATE TABLE _helios_touch (scn INTEGER, uid TEXT, key TEXT, PRIMARY KEY (scn, uid, key)) WITHOUT ROWID;
CREATE TABLE _helios_requests (scn INTEGER PRIMARY KEY, id TEXT NOT NULL, outcome TEXT NOT NULL);
`;

/** Makes an empty file a branch file of a database. Runs inside the caller's transaction. */
export function createFormat(db: Connection, branch: string, database: string): void {
  db.exec(TABLES);
  const put = db.prepare("INSERT INTO _helios_meta VALUES (?, ?)");
  put.run("format", FORMAT_VERSION);
  put.run("branch", branch);
  put.run("database", database);
}

/** Throws if a file was written by a newer release or is not the engine's. `name` is its name in messages. */
export function checkFormat(db: Connection, name: string): void {
  const version = readVersion(db);
  if (version === FORMAT_VERSION) return;
  throw new HeliosError(
    "STORAGE_UNAVAILABLE",
    version === undefined
      ? `${name} is not a file of this database. ${ADVICE}`
      : `${name} has format ${version}, and this release reads format ${FORMAT_VERSION}. Use the release that wrote it.`,
  );
}

function readVersion(db: Connection): number | undefined {
  const isOurs = one<number>(db, "SELECT count(*) FROM sqlite_schema WHERE name = '_helios_meta'") === 1;
  return isOurs ? one<number>(db, "SELECT value FROM _helios_meta WHERE name = 'format'") : undefined;
}
