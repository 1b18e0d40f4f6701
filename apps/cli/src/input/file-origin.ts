import { readFileSync, writeFileSync } from "node:fs";

/** Where a downloaded file came from: the server, the branch's id, and the commit that it holds. */
export interface FileOrigin {
  readonly url: string;
  readonly branch: string;
  readonly scn: number;
}

/** Leaves a note beside a downloaded file, by which a later upload knows what the file was made from. */
export function writeOrigin(file: string, origin: FileOrigin): void {
  writeFileSync(pathOf(file), `${JSON.stringify(origin)}\n`);
}

/** Null for a file that has no note, or one that says nothing. */
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
