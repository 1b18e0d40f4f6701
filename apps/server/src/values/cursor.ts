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

/** Where the next page of a history begins: before an SCN, or in the middle of what it has of one commit. */
export interface HistoryCursor {
  readonly before: number;
  /** Rows of the newest commit before that SCN which the page before has shown. */
  readonly skip: number;
}

export const historyCursor: Shape<HistoryCursor> = custom(scnCursor.schema, (value, path) => {
  const [scn, skip = "0", ...rest] = typeof value === "string" ? value.split(".") : [];
  if (rest.length > 0 || !/^\d{1,6}$/.test(skip)) throw new ApiError("INVALID_CURSOR");
  return { before: scnCursor.parse(scn, path), skip: Number(skip) };
});

export function writeHistoryCursor({ before, skip }: HistoryCursor): string {
  return skip === 0 ? String(before) : `${before}.${skip}`;
}

/** Where the next page of audit entries begins: before this one. */
export const entryCursor: Shape<number> = scnCursor;

export const nextCursor = nullable(text({ description: "The `cursor` of the next page; null on the last." }));

export function writeScnCursor(next: number | null): string | null {
  return next === null ? null : String(next);
}
