import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** How far a replica has come, durably. */
export interface Position {
  /** Of the last entry that was applied as a whole; 0 and empty where there is none. */
  readonly seq: number;
  readonly digest: string;
  /** The next entry, if a part of its operations was applied. */
  readonly partly: { readonly digest: string; readonly operations: number } | null;
}

export const START: Position = { seq: 0, digest: "", partly: null };

export function readPosition(path: string): Position {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Position) : START;
}

export function writePosition(path: string, position: Position): void {
  writeDurably(path, JSON.stringify(position));
}

/** Writes a small file as a whole. The one before or this one is there after a power cut; this one once it returns. */
export function writeDurably(path: string, text: string): void {
  const next = `${path}.next`;
  writeFileSync(next, text);
  sync(next);
  renameSync(next, path);
  sync(dirname(path));
}

/** Makes what was written to a file, or a folder, durable. */
export function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
