import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivateFile } from "../config/private-file.js";
import { stateFolder } from "../config/user-folder.js";
import { note } from "../output/writer.js";

/** Lines that are kept. */
export const HISTORY_SIZE = 1000;

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

/** Keeps the lines, the newest first. Nobody else can read them: statements hold data. */
export function saveHistory(lines: readonly string[]): void {
  try {
    writePrivateFile(historyPath(), `${lines.slice(0, HISTORY_SIZE).reverse().join("\n")}\n`);
  } catch (error) {
    note(`The history can't be saved: ${(error as Error).message}`);
  }
}

function historyPath(): string {
  return join(stateFolder(), "shell-history");
}
