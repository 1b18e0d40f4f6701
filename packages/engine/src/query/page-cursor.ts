import { createHash } from "node:crypto";
import { HeliosError, MAX_CURSOR_LENGTH } from "@heliosdb/port";
import { isExact } from "../values/exact-value.js";

const VERSION = 1;
/** Characters of a mark: 36 bits, which keep cursors apart that were mixed up. Nobody gains by forging one. */
const MARK = 6;

/** The parameters on which the rows of a page and their order depend. */
export interface PageOf {
  readonly branch: string;
  readonly as_of: string;
  readonly table: string;
  readonly filter: string;
  readonly order_by: string;
}

/** Where the next page of a table begins: behind the row of this key, in the state of this commit. */
export interface PageCursor {
  readonly scn: number;
  readonly marks: string;
  /** The key of the last row given, as exact values. */
  readonly key: readonly string[];
}

const FIELDS = ["branch", "as_of", "table", "filter", "order_by"] as const;

/** Null where the key is too long to travel in a URL. */
export function encodePageCursor(page: PageOf, scn: number, key: readonly string[]): string | null {
  const marks = FIELDS.map((field) => markOf(field, page)).join("");
  const text = Buffer.from(JSON.stringify([VERSION, scn, marks, ...key])).toString("base64url");
  return text.length > MAX_CURSOR_LENGTH ? null : text;
}

/** Throws INVALID_CURSOR for anything that encodePageCursor would not have written. */
export function decodePageCursor(text: string): PageCursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    throw broken();
  }
  if (!Array.isArray(value)) throw broken();
  const [version, scn, marks, ...key] = value as unknown[];
  if (version !== VERSION || !Number.isSafeInteger(scn) || (scn as number) < 1) throw broken();
  if (typeof marks !== "string" || marks.length !== FIELDS.length * MARK) throw broken();
  if (key.length === 0 || !key.every((each): each is string => typeof each === "string" && isExact(each))) {
    throw broken();
  }
  return { scn: scn as number, marks, key };
}

/** Throws INVALID_CURSOR where a cursor was given for something else than what is read with it. */
export function checkPageCursor({ marks }: PageCursor, page: Partial<PageOf>): void {
  FIELDS.forEach((field, i) => {
    if (page[field] === undefined || marks.slice(i * MARK, (i + 1) * MARK) === markOf(field, page)) return;
    throw invalidPageCursor(
      `The cursor belongs to a request with another '${field}'. Change nothing but columns, limit and include_total between pages.`,
    );
  });
}

export function invalidPageCursor(message: string): HeliosError {
  return new HeliosError("INVALID_CURSOR", message);
}

function broken(): HeliosError {
  return invalidPageCursor("Malformed cursor. Send back 'next_cursor' from the previous page unchanged.");
}

function markOf(field: keyof PageOf, page: Partial<PageOf>): string {
  return createHash("sha256").update(`${field} ${page[field]}`).digest("base64url").slice(0, MARK);
}
