import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file that only its owner can read, from the moment it is created. It is replaced as a whole: a kill leaves the
 * one before or this one.
 */
export function writePrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600 });
  // One that a killed process left behind keeps its own mode.
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}
