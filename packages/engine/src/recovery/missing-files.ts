import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { DatabasePaths } from "../file/paths.js";
import { BranchTable } from "../meta/branches.js";
import { MetaDb } from "../meta/meta-db.js";

export interface MissingFiles {
  /** Timelines whose branch file is missing. */
  readonly files: readonly string[];
  /** Paths of missing snapshots. */
  readonly states: readonly string[];
}

/** The files that the record names and the folder lacks. */
export function missingFiles(paths: DatabasePaths, meta: MetaDb, branches: BranchTable): MissingFiles {
  const there = new Set([paths.branches, paths.snapshots].flatMap(pathsIn));
  const filed = meta.snapshots().filter(({ filed }) => filed);
  return {
    files: branches.files().filter((file) => !there.has(paths.branch(file))),
    states: filed.map(({ timeline, scn }) => paths.snapshot(timeline, scn)).filter((path) => !there.has(path)),
  };
}

/**
 * The same for a folder that nobody has open, as names like "branches/b1.db". Changes nothing. Throws whatever reading its
 * record throws.
 */
export function missingFilesOf(directory: string): string[] {
  const paths = new DatabasePaths(directory);
  const meta = MetaDb.openForReading(paths.meta);
  try {
    const { files, states } = missingFiles(paths, meta, BranchTable.read(meta));
    return [...files.map((file) => paths.branch(file)), ...states].map((path) => relative(directory, path));
  } finally {
    meta.close();
  }
}

function pathsIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}
