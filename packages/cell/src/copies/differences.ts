import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { isLogged } from "@heliosdb/journal";

/** Bytes that are compared at once. All page sizes of SQLite divide them. */
const AT_ONCE = 1024 * 1024;
const PAGE_SIZE_AT = 16;
const SQLITE = "SQLite format 3\0";

/** In what a folder differs from another one, file by file, of what logs have; `theirs` is named by the sentences. */
export function differences(mine: string, theirs: string): string[] {
  const [here, there] = [filesOf(mine), filesOf(theirs)];
  return [...new Set([...here, ...there])].sort().flatMap((name) => {
    if (!there.has(name)) return [`${name} is missing`];
    if (!here.has(name)) return [`${name} is there, and not in the log`];
    return differenceOf(name, join(mine, name), join(theirs, name)) ?? [];
  });
}

function filesOf(folder: string): Set<string> {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return new Set(files.map((name) => name.replaceAll("\\", "/")).filter(isLogged));
}

function differenceOf(name: string, mine: string, theirs: string): string | null {
  const [a, b] = [openSync(mine, "r"), openSync(theirs, "r")];
  try {
    const [right, wrong] = [fstatSync(a).size, fstatSync(b).size];
    if (right !== wrong) return `${name} has ${wrong} bytes, and ${right} in the log`;
    const [first, second] = [Buffer.alloc(AT_ONCE), Buffer.alloc(AT_ONCE)];
    let pageSize: number | null = null;
    const pages: number[] = [];
    for (let at = 0; at < right; at += AT_ONCE) {
      const length = Math.min(AT_ONCE, right - at);
      readSync(a, first, 0, length, at);
      readSync(b, second, 0, length, at);
      if (at === 0) pageSize = pageSizeOf(first);
      if (first.compare(second, 0, length, 0, length) === 0) continue;
      const size = pageSize ?? 1;
      for (let within = 0; within < length; within += size) {
        const end = Math.min(within + size, length);
        if (first.compare(second, within, end, within, end) !== 0) pages.push((at + within) / size + 1);
      }
    }
    if (pages.length === 0) return null;
    return pageSize === null
      ? `${name} differs in ${pages.length} bytes, the first one is byte ${pages[0]! - 1}`
      : `${name} differs in ${pages.length} of its pages, the first one is page ${pages[0]} of ${pageSize} bytes`;
  } finally {
    for (const each of [a, b]) closeSync(each);
  }
}

/** Null for a file that is no database. */
function pageSizeOf(start: Buffer): number | null {
  if (start.toString("latin1", 0, SQLITE.length) !== SQLITE) return null;
  const stored = start.readUInt16BE(PAGE_SIZE_AT);
  return stored === 1 ? 65_536 : stored;
}
