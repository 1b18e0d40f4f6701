import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { note } from "../output/writer.js";

/** Lines that are kept. */
export const HISTORY_SIZE = 1000;

export function historyPath(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), ".local", "state"), "heliosdb", "shell-history");
}

/** The lines of earlier shells, the newest first. */
export function readHistory(): string[] {
  try {
    return readFileSync(historyPath(), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .reverse();
  } catch {
    return [];
  }
}

/** Keeps the lines, the newest first, in a file that only the user can read: statements hold data. */
export function saveHistory(lines: readonly string[]): void {
  const path = historyPath();
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, `${lines.slice(0, HISTORY_SIZE).reverse().join("\n")}\n`, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
  } catch (error) {
    note(`The history can't be saved: ${(error as Error).message}`);
  }
}
