import { randomBytes } from "node:crypto";
import { closeSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";

const PAGE = 4096;

/** What can happen to a file while no server uses it. */
export const DAMAGES: Readonly<Record<string, (file: string) => void>> = {
  "a corrupt page": (file) => {
    const pages = Math.max(1, Math.floor(statSync(file).size / PAGE));
    // The middle one; of a file of one page that one.
    overwrite(file, Math.floor(pages / 2) * PAGE, PAGE);
  },
  "corrupt pages but for the first": (file) => overwrite(file, PAGE, Math.max(0, statSync(file).size - PAGE)),
  "a corrupt first page": (file) => overwrite(file, 0, PAGE),
  "cut in half": (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  emptied: (file) => truncateSync(file, 0),
  removed: (file) => rmSync(file),
};

function overwrite(file: string, at: number, length: number): void {
  const handle = openSync(file, "r+");
  writeSync(handle, randomBytes(Math.min(length, Math.max(0, statSync(file).size - at))), 0, undefined, at);
  closeSync(handle);
}

/** All files of a data folder, relative to it. */
export function filesOf(dataDir: string): string[] {
  return readdirSync(dataDir, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(dataDir, name)).isFile())
    .sort();
}
