import { logName } from "../capture/log.js";
import { failpoint } from "../failpoint.js";
import { type Connection, one } from "../file/connection.js";
import { storedTables } from "../schema/epochs.js";
import type { TableDef } from "../schema/model.js";
import { ident } from "../sql/names.js";
import type { BranchFile } from "../write/branch-file.js";

/** Rows of one log that go in one transaction: small enough that writers hardly wait. */
const SLICE = 50_000;

/**
 * Moves the horizon of a file: from here on nothing before it is read. Cheap, and first: what `pruneSlice` then removes
 * is missed by nobody. `kept` are SCNs of states with files of their own, whose commits stay listed.
 */
export function moveHorizon(file: BranchFile, scn: number, kept: readonly number[]): void {
  const { db } = file;
  file.begin();
  try {
    db.prepare("INSERT OR REPLACE INTO main._helios_meta VALUES ('horizon', ?)").run(scn);
    db.prepare("INSERT OR REPLACE INTO main._helios_meta VALUES ('kept', ?)").run(JSON.stringify(kept));
    file.commit();
  } catch (error) {
    if (db.inTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Removes some of what lies before the horizon, oldest first; false when nothing is left to remove. Of what later states
 * are told by, the newest of each kind stays: marks, the schema, each ancestor's last commit, the reach of the last merge.
 */
export function pruneSlice(file: BranchFile): boolean {
  const { db } = file;
  const horizon = file.commits.horizon();
  if (horizon === 0) return false;
  file.begin();
  try {
    const removed = removeSome(file, horizon);
    file.commit();
    failpoint("prune.slice");
    return removed;
  } catch (error) {
    if (db.inTransaction) db.exec("ROLLBACK");
    file.recover();
    throw error;
  }
}

function removeSome(file: BranchFile, horizon: number): boolean {
  const { db } = file;
  for (const { def } of storedTables(db).values()) {
    const upTo = sliceEnd(db, `main.${logName(def)}`, horizon);
    if (upTo === null) continue;
    db.prepare(`DELETE FROM main.${logName(def)} WHERE scn <= ?`).run(upTo);
    return true;
  }
  const upTo = sliceEnd(db, "main._helios_touch", horizon);
  if (upTo !== null) {
    db.prepare("DELETE FROM main._helios_touch WHERE scn <= ?").run(upTo);
    return true;
  }
  failpoint("prune.records");
  return removeRecords(db, horizon) + removeTables(file, horizon) > 0;
}

/** The SCN up to which about SLICE rows go: whole commits, and never less than one. Null where there is none. */
function sliceEnd(db: Connection, table: string, horizon: number): number | null {
  const first = one<number>(db, `SELECT scn FROM ${table} WHERE scn <= ? ORDER BY scn LIMIT 1`, horizon);
  if (first === undefined) return null;
  const end = one<number>(db, `SELECT scn FROM ${table} WHERE scn <= ? ORDER BY scn LIMIT 1 OFFSET ${SLICE}`, horizon);
  return end === undefined ? horizon : Math.max(first, end - 1);
}

function removeRecords(db: Connection, horizon: number): number {
  let changes = 0;
  const run = (sql: string) => {
    changes += db.prepare(sql).run({ horizon }).changes;
  };
  run(`DELETE FROM main._helios_schema WHERE scn < (SELECT max(scn) FROM main._helios_schema WHERE scn <= :horizon)`);
  run(`DELETE FROM main._helios_marks AS m WHERE scn < :horizon AND EXISTS (
         SELECT 1 FROM main._helios_marks AS n WHERE n.uid = m.uid AND n.scn > m.scn AND n.scn <= :horizon)`);
  run(`DELETE FROM main._helios_commits AS c WHERE scn < :horizon
         AND scn NOT IN (SELECT max(scn) FROM main._helios_commits WHERE scn <= :horizon GROUP BY branch)
         AND scn IS NOT (SELECT max(scn) FROM main._helios_commits WHERE scn <= :horizon AND reach IS NOT NULL)
         AND scn NOT IN (SELECT value FROM json_each((SELECT value FROM main._helios_meta WHERE name = 'kept')))`);
  return changes;
}

/** Tables dropped before the horizon: nobody can ask for them any more. */
function removeTables(file: BranchFile, horizon: number): number {
  const { db } = file;
  const gone = [...storedTables(db).values()].filter(({ dropped }) => dropped !== null && dropped <= horizon);
  if (gone.length === 0) return 0;
  file.capture.reset();
  for (const { def, physical } of gone) {
    if (physical !== "") db.exec(`DROP TABLE IF EXISTS main.${ident(physical)}`);
    db.exec(`DROP TABLE IF EXISTS main.${logName(def)}`);
    forget(db, def);
  }
  file.reload();
  return gone.length;
}

function forget(db: Connection, table: TableDef): void {
  db.prepare("DELETE FROM main._helios_tables WHERE uid = ?").run(table.uid);
  db.prepare("DELETE FROM main._helios_marks WHERE uid = ?").run(table.uid);
}
