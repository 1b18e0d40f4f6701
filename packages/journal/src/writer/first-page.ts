import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Operation } from "../entry/operation.js";
import { pagesInMemory } from "../entry/page-source.js";

/** Where the header has the size of a page. */
const PAGE_SIZE_AT = 16;
const SHORTEST_PAGE = 512;
/** What the header says for the longest page, whose size does not fit. */
const LONGEST_PAGE = [1, 65536] as const;

/**
 * The first page of a file that was just changed and closed: a change of its journal mode is written to it without the
 * log. Nobody in this process has it open, since closing it here would drop the locks of this process.
 */
export function firstPage(path: string, file: string): Operation {
  const descriptor = openSync(path, "r");
  try {
    const header = Buffer.alloc(SHORTEST_PAGE);
    readSync(descriptor, header, 0, header.length, 0);
    const stored = header.readUInt16BE(PAGE_SIZE_AT);
    const pageSize = stored === LONGEST_PAGE[0] ? LONGEST_PAGE[1] : stored;
    const page = new Uint8Array(pageSize);
    readSync(descriptor, page, 0, pageSize, 0);
    const size = fstatSync(descriptor).size / pageSize;
    return { do: "pages", file, pageSize, size, pages: pagesInMemory(new Map([[1, page]])) };
  } finally {
    closeSync(descriptor);
  }
}
