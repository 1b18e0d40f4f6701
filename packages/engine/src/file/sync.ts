import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes writes to a file or a folder durable. Never use it for a file that this process has open in SQLite. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
