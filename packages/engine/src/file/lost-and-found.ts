import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabasePaths } from "./paths.js";
import { syncFile } from "./sync.js";

/** Moves a file to lost+found/, under a free name, and returns that name. Nothing is overwritten. */
export function moveToLostAndFound(paths: DatabasePaths, path: string): string {
  mkdirSync(paths.lost, { recursive: true });
  const wanted = `${basename(dirname(path))}-${basename(path)}`;
  let name = wanted;
  for (let copy = 2; existsSync(join(paths.lost, name)); copy++) name = `${wanted}.${copy}`;
  renameSync(path, join(paths.lost, name));
  syncFile(paths.lost);
  syncFile(dirname(path));
  return join(basename(paths.lost), name);
}
