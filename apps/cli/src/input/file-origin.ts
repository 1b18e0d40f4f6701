import { readFileSync, writeFileSync } from "node:fs";

/** The origin of a downloaded file: the server, the branch's id, and the commit that the file contains. */
export interface FileOrigin {
  readonly url: string;
  readonly branch: string;
  readonly scn: number;
}

/** Writes a note beside a downloaded file, from which a later upload knows its origin. */
export function writeOrigin(file: string, origin: FileOrigin): void {
  writeFileSync(pathOf(file), `${JSON.stringify(origin)}\n`);
}

/** Null for a file without a valid note. */
export function readOrigin(file: string): FileOrigin | null {
  try {
    const { url, branch, scn } = JSON.parse(readFileSync(pathOf(file), "utf8")) as Partial<FileOrigin>;
    const isWhole = typeof url === "string" && typeof branch === "string" && Number.isSafeInteger(scn);
    return isWhole ? { url, branch, scn: scn as number } : null;
  } catch {
    return null;
  }
}

function pathOf(file: string): string {
  return `${file}.helios.json`;
}
