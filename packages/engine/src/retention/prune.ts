import { forgetTable } from "../capture/forget-table.js";
import { logKey, logName, rowKey } from "../capture/log.js";
import { type Connection, one } from "../file/connection.js";
import { lineageAt } from "../lineage/version-vector.js";
import type { BranchTable } from "../meta/branches.js";
import { type StoredTable, storedTables } from "../schema/epochs.js";
import { ident } from "../sql/names.js";
import { failpoint } from "../util/failpoint.js";
import type { BranchFile } from "../write/branch-file.js";

/**
 * Moves the horizon of a file: from now on, nothing before it is read. This is cheap and comes first, so that nobody
 * misses the history that `pruneSlice` then removes. `kept` are SCNs of snapshots with their own files, whose commits
 * stay listed.
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

/** Target time for a slice, and the bounds on its number of rows. */
export const SLICE_MS = 8;
const [FEWEST, MOST] = [100, 50_000];

/**
 * Removes the history before the horizon of a file, oldest first, one slice in each transaction. Later states depend on
 * the newest of each kind, which stays: marks, the schema, each ancestor's last commit, the version vector of the last
 * merge.
 */
export class Pruner {
  /**
   * Rows of the next slice. The time for a slice depends on how wide its rows are, which only shows when it is done.
   */
  private rows = 2_000;

  /** False when nothing is left to remove. */
  slice(file: BranchFile, branches: BranchTable): boolean {
    const { db } = file;
    const horizon = file.commits.horizon();
    if (horizon === 0) return false;
    const began = performance.now();
    file.begin();
    try {
      const removed = new Slice(file, branches, horizon, this.rows).remove();
      if (removed) file.commit();
      else db.exec("ROLLBACK");
      failpoint("prune.slice");
      this.adapt(performance.now() - began);
      return removed;
    } catch (error) {
      if (db.inTransaction) db.exec("ROLLBACK");
      file.recover();
      throw error;
    }
  }

  private adapt(ms: number): void {
    const fitting = Math.round((this.rows * SLICE_MS) / Math.max(ms, 0.5));
    this.rows = Math.min(MOST, Math.max(FEWEST, Math.min(fitting, this.rows * 2)));
  }
}

/** One slice of one file: about this many rows of the first kind that has any. */
class Slice {
  private readonly db: Connection;

  constructor(
    private readonly file: BranchFile,
    private readonly branches: BranchTable,
    private readonly horizon: number,
    private readonly rows: number,
  ) {
    this.db = file.db;
  }

  remove(): boolean {
    const tables = [...storedTables(this.db).values()];
    for (const { def } of tables) if (this.removeUpTo(`main.${logName(def)}`, logKey(def))) return true;
    if (this.removeUpTo("main._helios_touch", ["uid", "key"])) return true;
    failpoint("prune.records");
    return (
      this.removeSchemas() ||
      tables.some(({ def }) => this.removeMarks(def.uid)) ||
      this.removeCommits() ||
      tables.some((table) => this.removeTable(table))
    );
  }

  /** Removes whole commits of a log, at least one. */
  private removeUpTo(table: string, keys: readonly string[]): boolean {
    const { db, horizon, rows } = this;
    const first = one<number>(db, `SELECT scn FROM ${table} WHERE scn <= ? ORDER BY scn LIMIT 1`, horizon);
    if (first === undefined) return false;
    const end = one<number>(db, `SELECT scn FROM ${table} WHERE scn <= ? ORDER BY scn LIMIT 1 OFFSET ?`, horizon, rows);
    if (end === undefined) return this.run(`DELETE FROM ${table} WHERE scn <= ?`, horizon);
    if (end > first) return this.run(`DELETE FROM ${table} WHERE scn < ?`, end);
    // A commit with more rows than a slice: nobody reads it any more, so a part of it may be removed.
    return this.removeSome(table, ["scn", ...keys], "scn = ?", first);
  }

  private removeSchemas(): boolean {
    const newest = one<number | null>(this.db, "SELECT max(scn) FROM main._helios_schema WHERE scn <= ?", this.horizon);
    return this.removeSome("main._helios_schema", ["scn"], "scn < ?", newest ?? 0);
  }

  private removeMarks(uid: string): boolean {
    const sql = "SELECT max(scn) FROM main._helios_marks WHERE uid = ? AND scn <= ?";
    const newest = one<number | null>(this.db, sql, uid, this.horizon);
    return this.removeSome("main._helios_marks", ["uid", "scn"], "uid = ? AND scn < ?", uid, newest ?? 0);
  }

  private removeCommits(): boolean {
    const { db, branches, horizon } = this;
    const merged = "SELECT max(scn) FROM main._helios_commits WHERE scn <= ? AND reach IS NOT NULL";
    const kept = [...lineageAt(db, branches, horizon).lineage.values(), one<number | null>(db, merged, horizon) ?? 0];
    const where = `scn < ? AND scn NOT IN (SELECT value FROM json_each(?))
      AND scn NOT IN (SELECT value FROM json_each((SELECT value FROM main._helios_meta WHERE name = 'kept')))`;
    return this.removeSome("main._helios_commits", ["scn"], where, horizon, JSON.stringify(kept));
  }

  /** A table dropped before the horizon can't be read any more. Its rows are removed first, in slices like others. */
  private removeTable({ def, physical, dropped }: StoredTable): boolean {
    const { db, file } = this;
    if (dropped === null || dropped > this.horizon) return false;
    if (physical !== "" && this.removeSome(`main.${ident(physical)}`, rowKey(def), "true")) return true;
    file.capture.reset();
    if (physical !== "") db.exec(`DROP TABLE IF EXISTS main.${ident(physical)}`);
    forgetTable(db, def);
    file.reload();
    return true;
  }

  /** Removes rows that satisfy a condition, by their key; false if there are none. */
  private removeSome(table: string, keys: readonly string[], where: string, ...bound: (number | string)[]): boolean {
    const key = keys.join(", ");
    const some = `SELECT ${key} FROM ${table} WHERE ${where} LIMIT ${this.rows}`;
    return this.run(`DELETE FROM ${table} WHERE (${key}) IN (${some})`, ...bound);
  }

  private run(sql: string, ...bound: (number | string)[]): boolean {
    return this.db.prepare(sql).run(...bound).changes > 0;
  }
}
