import { relative } from "node:path";
import type { DatabasePaths } from "../file/paths.js";
import type { MetaDb } from "../meta/meta-db.js";

/**
 * Marks a file in meta.db that nobody relies on: it is about to be made and recorded, or its record is gone. If a crash
 * leaves it, the next opening may delete it. A recorded file is never deleted because of this mark.
 */
const PREFIX = "expendable ";

/** Run it in the transaction that makes the file expendable. */
export function markExpendable(meta: MetaDb, paths: DatabasePaths, path: string): void {
  meta.set(PREFIX + relative(paths.root, path), 1);
}

export function unmarkExpendable(meta: MetaDb, paths: DatabasePaths, path: string): void {
  meta.unset(PREFIX + relative(paths.root, path));
}

/** The marked files, relative to the database's folder. */
export function expendableFiles(meta: MetaDb): Set<string> {
  return new Set(meta.names(PREFIX).map((name) => name.slice(PREFIX.length)));
}

export function unmarkAll(meta: MetaDb): void {
  for (const name of meta.names(PREFIX)) meta.unset(name);
}
