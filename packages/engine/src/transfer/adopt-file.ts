import { closeSync, openSync, readSync } from "node:fs";
import { HeliosError, type TableChange } from "@heliosdb/port";
import type { ImportJob } from "../api/api.js";
import { Capture } from "../capture/capture.js";
import { ensureLog } from "../capture/log.js";
import { type Connection, openForWriting, openInMemory, openPlain } from "../file/connection.js";
import { createFormat } from "../file/format.js";
import { isSqliteFailure } from "../file/sqlite-error.js";
import { syncFile } from "../file/sync.js";
import { CommitLog } from "../meta/commits.js";
import { recordEpoch } from "../schema/epochs.js";
import { ident, isReserved } from "../sql/names.js";
import { parseStatement } from "../sql/statement.js";
import { failpoint } from "../util/failpoint.js";
import { adoptChanges } from "./adopt-changes.js";

const MAGIC = "SQLite format 3\0";
/** Maximum number of problems of a damaged file that the error lists. */
const LISTED = 5;

/**
 * Checks a user's SQLite file and converts it to a branch file in place, with one commit that brings its content. If it
 * was made from another state, the differences are applied to a clone of that state, and the file is only read. Runs in
 * a helper process: the file is untrusted, and checking it takes time in proportion to its size.
 */
export function adoptFile(job: ImportJob): void {
  checkHeader(job.path);
  try {
    if (!job.base) withoutAutoVacuum(job.path);
    const db = openForWriting(job.path);
    try {
      check(db);
      if (job.base) {
        adoptChanges(db, job, job.base.target);
        return;
      }
      db.transaction(() => {
        adopt(db, job);
        failpoint("import.adopting");
      })();
      db.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      db.close();
    }
  } catch (error) {
    if (isSqliteFailure(error)) throw invalid(`SQLite can't open it: ${error.message}`);
    // The names of columns are judged when the schema is read.
    if (error instanceof HeliosError && error.code === "SQL_NOT_ALLOWED")
      throw invalid(error.message.replace(/\.$/, ""));
    throw error;
  }
  syncFile(job.path);
  failpoint("import.adopted");
}

function checkHeader(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    const header = Buffer.alloc(MAGIC.length);
    const length = readSync(descriptor, header, 0, MAGIC.length, 0);
    if (length === 0) throw invalid("it is empty");
    if (header.toString("latin1") !== MAGIC) throw invalid("it is not a SQLite database");
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Auto-vacuum moves tables within the file, and the engine identifies tables by their root pages across schema changes.
 */
function withoutAutoVacuum(path: string): void {
  const db = openPlain(path);
  try {
    db.pragma("trusted_schema = OFF");
    if (db.pragma("auto_vacuum", { simple: true }) === 0) return;
    db.pragma("journal_mode = DELETE");
    db.pragma("synchronous = FULL");
    db.pragma("auto_vacuum = NONE");
    db.exec("VACUUM");
  } finally {
    db.close();
  }
}

function check(db: Connection): void {
  db.pragma("cell_size_check = ON");
  const problems = db.prepare(`PRAGMA integrity_check(${LISTED})`).pluck().all() as string[];
  if (problems[0] !== "ok") throw invalid(`it is damaged: ${problems.join("; ")}`);
  const objects = db.prepare("SELECT type, name, sql FROM sqlite_schema").all() as {
    type: string;
    name: string;
    sql: string | null;
  }[];
  const reserved = objects.find((object) => isReserved(object.name));
  if (reserved) {
    throw invalid(
      `it contains "${reserved.name}", and names that begin with _helios_ are reserved. To copy a branch file, download the branch and import that`,
    );
  }
  const virtual = objects.filter((object) => /^\s*create\s+virtual\s/i.test(object.sql ?? ""));
  if (virtual.length > 0) {
    const names = virtual.map((object) => object.name).join(", ");
    throw invalid(`it contains virtual tables, which can't be versioned: ${names}. Drop them, then import it again`);
  }
  checkTexts(objects);
}

/** Objects that SQLite creates by itself, with its own definitions. */
const OF_SQLITE = /^sqlite_(sequence|stat[1-4])$/;

/** Every definition in the file is judged like a user's statement, and must be one that this SQLite can execute. */
function checkTexts(objects: readonly { type: string; name: string; sql: string | null }[]): void {
  const scratch = openInMemory();
  scratch.pragma("foreign_keys = OFF");
  try {
    for (const { type, name, sql } of objects) {
      if (sql === null || OF_SQLITE.test(name)) continue;
      try {
        parseStatement(sql);
        if (type === "table") checkTable(scratch, name, sql);
      } catch (error) {
        if (!(error instanceof HeliosError || isSqliteFailure(error))) throw error;
        throw invalid(
          `its ${type} "${name}" can't be used: ${error.message.replace(/\.$/, "")}. Change it, then import the file again`,
        );
      }
    }
  } finally {
    scratch.close();
  }
}

/** Functions that a table's definition calls are resolved only when rows are read and written. */
function checkTable(scratch: Connection, name: string, sql: string): void {
  scratch.exec(sql);
  scratch.prepare(`SELECT * FROM ${ident(name)}`);
  scratch.prepare(`INSERT INTO ${ident(name)} DEFAULT VALUES`);
  scratch.exec(`DROP TABLE ${ident(name)}`);
}

function adopt(db: Connection, job: ImportJob): void {
  createFormat(db, job.timeline, job.database);
  const commits = new CommitLog(db);
  const { origin } = job;
  commits.add({
    ...{ scn: origin.scn, ts: origin.timestamp, branch: origin.timeline, kind: "init", author: "system" },
    ...{ message: null, statements: [], tables: [] },
  });
  db.prepare("INSERT INTO _helios_schema VALUES (?, ?)").run(origin.scn, JSON.stringify({ tables: [], objects: [] }));
  const epoch = recordEpoch(db, { scn: job.scn, before: new Map() });
  const capture = new Capture(db);
  const changes: TableChange[] = [];
  for (const table of epoch.tables) {
    ensureLog(db, table, []);
    const change = capture.adopt(job.scn, table);
    if (change) changes.push(change);
  }
  const rows = changes.reduce((sum, change) => sum + change.inserted, 0);
  commits.add({
    ...{ scn: job.scn, ts: job.timestamp, branch: job.timeline, kind: "import", author: job.author },
    ...{ message: job.message, statements: [`IMPORT ${epoch.tables.length} tables (${rows} rows)`], tables: changes },
  });
}

function invalid(why: string): HeliosError {
  return new HeliosError("INVALID_FILE", `The file can't be imported: ${why}.`);
}
