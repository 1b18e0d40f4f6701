import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes what was written to a file or a folder durable. Never for a file that this process has open in SQLite. */
export function syncFile(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
