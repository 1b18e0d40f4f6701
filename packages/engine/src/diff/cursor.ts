import { HeliosError } from "@heliosdb/port";

/** How far a page got within one table: the number of differences given, or the encoded key of the last row. */
export type Position = number | string;

/** Where the next page begins. It names both states, so that pages fit together while branches move. */
export interface DiffCursor {
  readonly fromScn: number;
  readonly toScn: number;
  readonly part: string;
  /** Null at the beginning of the table. */
  readonly after: Position | null;
}

export function encodeCursor({ fromScn, toScn, part, after }: DiffCursor): string {
  return Buffer.from(JSON.stringify([fromScn, toScn, part, after])).toString("base64url");
}

/** Throws INVALID_CURSOR. Whether the table and the position exist is checked where they are used. */
export function decodeCursor(text: string): DiffCursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    throw invalidCursor();
  }
  if (!Array.isArray(value) || value.length !== 4) throw invalidCursor();
  const [fromScn, toScn, part, after] = value as unknown[];
  if (!Number.isSafeInteger(fromScn) || !Number.isSafeInteger(toScn) || typeof part !== "string") throw invalidCursor();
  const isPosition = after === null || typeof after === "string" || (Number.isSafeInteger(after) && Number(after) >= 0);
  if (!isPosition) throw invalidCursor();
  return { fromScn: fromScn as number, toScn: toScn as number, part, after: after as Position | null };
}

export function invalidCursor(): HeliosError {
  return new HeliosError(
    "INVALID_CURSOR",
    "The cursor belongs to another diff, or a branch was reset since. Start again without a cursor.",
  );
}
