import { existsSync } from "node:fs";
import { basename } from "node:path";
import { HeliosError } from "@heliosdb/port";
import { type Connection, one, openForReading } from "../file/connection.js";
import { checkFormat } from "../file/format.js";
import { damagedLog } from "../file/log-damage.js";
import { DatabasePaths } from "../file/paths.js";
import { BranchTable } from "../meta/branches.js";
import { MetaDb } from "../meta/meta-db.js";

export interface DatabaseCheck {
  readonly branches: number;
  readonly files: number;
  /** SCN of the newest commit in any file. */
  readonly scn: number;
  /** Problems, as sentences; empty for an undamaged database. */
  readonly problems: readonly string[];
}

/**
 * Opens every file of a database and compares it with the record: whether it exists, whether SQLite finds it intact,
 * and whether the record can have given out its SCNs. Nothing is changed. Nobody may write meanwhile.
 */
export function checkDatabase(directory: string): DatabaseCheck {
  const paths = new DatabasePaths(directory);
  const problems: string[] = [];
  let [branches, files, scn] = [0, 0, 0];

  const look = (path: string, check: (db: Connection) => void): void => {
    const name = basename(path);
    files++;
    if (!existsSync(path)) {
      problems.push(`${name} is missing`);
      return;
    }
    let db: Connection | undefined;
    try {
      problems.push(...logProblems(path));
      db = openForReading(path);
      problems.push(...integrity(db).map((problem) => `${name}: ${problem}`));
      check(db);
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      if (db?.open) db.close();
    }
  };

  const meta = openRecord(paths, problems);
  if (!meta) return { branches, files: 1, scn, problems: [...logProblems(paths.meta), ...problems] };
  try {
    look(paths.meta, () => {});
    const ceiling = meta.get("scn_ceiling") ?? 0;
    const table = BranchTable.read(meta);
    branches = table.live().length;
    for (const timeline of table.files()) {
      look(paths.branch(timeline), (db) => {
        checkFormat(db, "The branch file");
        const own = one<string>(db, "SELECT value FROM _helios_meta WHERE name = 'branch'");
        if (own !== timeline) problems.push(`${timeline}.db says that it is ${own}`);
        const head = newest(db);
        scn = Math.max(scn, head);
        if (head === 0) problems.push(`${timeline}.db has no commit`);
        if (head >= ceiling)
          problems.push(`${timeline}.db has commit ${head}, and only those below ${ceiling} were given`);
      });
    }
    for (const snapshot of meta.snapshots()) {
      if (!snapshot.filed) continue;
      const path = paths.snapshot(snapshot.timeline, snapshot.scn);
      look(path, (db) => {
        const head = newest(db);
        if (head !== snapshot.scn) problems.push(`${basename(path)} is a state of commit ${head}, not ${snapshot.scn}`);
      });
    }
  } finally {
    meta.close();
  }
  return { branches, files, scn, problems };
}

function openRecord(paths: DatabasePaths, problems: string[]): MetaDb | null {
  if (!existsSync(paths.meta)) {
    problems.push("meta.db is missing");
    return null;
  }
  try {
    return MetaDb.openForReading(paths.meta);
  } catch (error) {
    problems.push(error instanceof HeliosError ? error.message : `meta.db: ${String(error)}`);
    return null;
  }
}

/** Problems that SQLite finds in a file. */
export function integrity(db: Connection): string[] {
  const found = db.prepare("PRAGMA integrity_check(10)").pluck().all() as string[];
  return found[0] === "ok" ? [] : found;
}

/** Checks a SQLite file that is not the engine's. */
export function checkFile(path: string): readonly string[] {
  if (!existsSync(path)) return [`${basename(path)} is missing`];
  try {
    const ofLog = logProblems(path);
    const db = openForReading(path);
    try {
      return [...ofLog, ...integrity(db).map((problem) => `${basename(path)}: ${problem}`)];
    } finally {
      db.close();
    }
  } catch (error) {
    return [`${basename(path)}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function logProblems(path: string): string[] {
  const place = damagedLog(path);
  return place === null ? [] : [`${basename(path)}-wal is damaged at byte ${place}, and newer commits follow`];
}

function newest(db: Connection): number {
  return one<number>(db, "SELECT coalesce(max(scn), 0) FROM _helios_commits") ?? 0;
}
