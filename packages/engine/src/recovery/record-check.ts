import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { HeliosError } from "@heliosdb/port";
import { nameOf } from "../file/file-identity.js";
import { damagedLog } from "../file/log-damage.js";
import type { DatabasePaths } from "../file/paths.js";
import { isSqliteFailure } from "../file/sqlite-error.js";
import type { BranchTable } from "../meta/branches.js";
import { writtenAt } from "../meta/file-facts.js";
import type { MetaDb } from "../meta/meta-db.js";
import { look } from "./inspect.js";

/** Times of files are coarser than the clock of the process. */
const CLOCK_MS = 10;

/**
 * Refuses a database whose record is missing although it has files: a new record would know none of them. Call it
 * before meta.db is opened, since SQLite would create it and delete the log beside it.
 */
export function refuseWithoutRecord(paths: DatabasePaths): void {
  if ((statSync(paths.meta, { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  const [left] = [...filesIn(paths.branches), ...filesIn(paths.snapshots)];
  const found = existsSync(`${paths.meta}-wal`) ? "meta.db-wal" : left;
  if (found === undefined) return;
  const what = existsSync(paths.meta) ? "is empty" : "is missing";
  throw refused(`Its record, meta.db, ${what}, while its branch files exist (${found}).`);
}

/**
 * Refuses a database if commits would be lost with a damaged place in a log. Call it before a file is opened: the next
 * write would go over what follows.
 */
export function refuseDamagedLog(path: string, name = nameOf(path)): void {
  const place = damagedLog(path);
  if (place !== null) throw refused(`${name}-wal is damaged at byte ${place}, and newer commits follow.`);
}

/** Opens or reads the record. Problems that SQLite finds are reported in the same way. */
export function openRecord<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (isSqliteFailure(error) && error.code !== "SQLITE_BUSY")
      throw refused(`Its record, meta.db, can't be read (${error.code}).`);
    throw error;
  }
}

/** Refuses a record that names no branch although there are files, unless an interrupted first opening left them. */
export function refuseEmptyRecord(paths: DatabasePaths): void {
  const [state] = filesIn(paths.snapshots);
  if (state !== undefined) throw namesNothing(`snapshots/${state}`);
  for (const name of filesIn(paths.branches)) {
    if (name.startsWith("b1.db.")) continue;
    const found = /^b1\.db(-wal|-shm)?$/.test(name) ? look(paths.branch("b1")) : null;
    if (found?.own !== 1) throw namesNothing(`branches/${name}`);
  }
}

/**
 * Refuses a record that is older than its files, or another database's. SCNs and times are reserved in the record
 * before they are used, so no commit can have one beyond them. Only files written after the record was last known to be
 * right are opened: none after a clean shutdown, a few after a crash.
 */
export function refuseForeignRecord(paths: DatabasePaths, meta: MetaDb, branches: BranchTable): void {
  const database = meta.identity();
  const [scnCeiling, timeCeiling] = [meta.get("scn_ceiling") ?? 0, meta.get("time_ceiling") ?? 0];
  const checkedAt = meta.get("checked_at") ?? 0;
  const first = branches.files()[0];
  for (const path of filesIn(paths.branches).map((name) => join(paths.branches, name))) {
    if (!path.endsWith(".db")) continue;
    if (path !== paths.branch(first ?? "") && writtenAt(path) + CLOCK_MS < checkedAt) continue;
    refuseDamagedLog(path);
    const found = look(path);
    if (found === null) continue;
    if (database !== null && found.database !== null && found.database !== database) {
      throw refused(`Its record, meta.db, and branches/${found.timeline}.db belong to different databases.`);
    }
    if (found.head.scn >= scnCeiling || found.head.ts >= timeCeiling) {
      throw refused(`Its record, meta.db, is older than branches/${found.timeline}.db.`);
    }
  }
}

/** From now on, files written before this time need not be checked again. */
export function recordChecked(meta: MetaDb): void {
  meta.set("checked_at", Date.now());
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function namesNothing(found: string): HeliosError {
  return refused(`Its record, meta.db, names no branch, while ${found} exists.`);
}

function refused(what: string): HeliosError {
  return new HeliosError(
    "STORAGE_UNAVAILABLE",
    `The database can't be opened. ${what} Nothing was changed. Stop the server and restore the database's whole folder from one backup.`,
  );
}
