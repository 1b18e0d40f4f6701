import { relative } from "node:path";
import type { DatabasePaths } from "../file/paths.js";
import type { MetaDb } from "../meta/meta-db.js";

/**
 * Marks in meta.db a file that nobody has been promised: one that is about to be made and recorded, or whose record is
 * gone. If a crash leaves it, the next opening may delete it. A file that is recorded is never deleted for this.
 */
const PREFIX = "expendable ";

/** Run it in the transaction that makes the file expendable. */
export function markExpendable(meta: MetaDb, paths: DatabasePaths, path: string): void {
  meta.set(PREFIX + relative(paths.root, path), 1);
}

export function unmarkExpendable(meta: MetaDb, paths: DatabasePaths, path: string): void {
  meta.unset(PREFIX + relative(paths.root, path));
}

/** The files so marked, relative to the database's folder. */
export function expendableFiles(meta: MetaDb): Set<string> {
  return new Set(meta.names(PREFIX).map((name) => name.slice(PREFIX.length)));
}

export function unmarkAll(meta: MetaDb): void {
  for (const name of meta.names(PREFIX)) meta.unset(name);
}
