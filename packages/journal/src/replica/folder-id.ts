import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeDurably } from "./position.js";

/**
 * The file by which a database's folder is known to be the one whose log it goes on with. A backup that is put in its
 * place has none.
 */
const NAME = "log-id";

/** The id of a database's folder; null where it has none. */
export function readFolderId(directory: string): string | null {
  const file = join(directory, NAME);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

/** The id of a database's folder, which gets one if it has none. */
export function folderId(directory: string): string {
  return readFolderId(directory) ?? writeFolderId(directory, randomUUID());
}

/** The folder is no log's any more. */
export function removeFolderId(directory: string): void {
  rmSync(join(directory, NAME), { force: true });
}

export function writeFolderId(directory: string, id: string): string {
  mkdirSync(directory, { recursive: true });
  writeDurably(join(directory, NAME), `${id}\n`);
  return id;
}
