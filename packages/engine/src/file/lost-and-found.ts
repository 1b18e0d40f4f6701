import { existsSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseFiles } from "./database-files.js";
import type { DatabasePaths } from "./paths.js";
import { syncFile } from "./sync.js";

/** Moves a file to lost+found/, under a free name, and returns that name. Nothing is overwritten. */
export function moveToLostAndFound(paths: DatabasePaths, files: DatabaseFiles, path: string): string {
  mkdirSync(paths.lost, { recursive: true });
  const wanted = `${basename(dirname(path))}-${basename(path)}`;
  let name = wanted;
  for (let copy = 2; existsSync(join(paths.lost, name)); copy++) name = `${wanted}.${copy}`;
  files.rename(path, join(paths.lost, name));
  syncFile(paths.lost);
  syncFile(dirname(path));
  return join(basename(paths.lost), name);
}
