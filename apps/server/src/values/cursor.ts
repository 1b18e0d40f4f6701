import { ApiError } from "../errors/api-error.js";
import { custom, nullable, type Shape, text } from "../shape/index.js";

/** Where the next page of commits begins: before this SCN. To callers it is a text to hand back. */
export const scnCursor: Shape<number> = custom(
  { type: "string", description: "`next_cursor` of the page before.", example: "42" },
  (value) => {
    const scn = typeof value === "string" && /^[1-9]\d*$/.test(value) ? Number(value) : Number.NaN;
    if (!Number.isSafeInteger(scn)) throw new ApiError("INVALID_CURSOR");
    return scn;
  },
);

/** Where the next page of audit entries begins: before this one. */
export const entryCursor: Shape<number> = scnCursor;

export const nextCursor = nullable(text({ description: "The `cursor` of the next page; null on the last." }));

export function writeScnCursor(next: number | null): string | null {
  return next === null ? null : String(next);
}
