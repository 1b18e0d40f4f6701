import { MAX_CURSOR_LENGTH } from "@heliosdb/port";
import { ApiError } from "../../../errors/api-error.js";
import type { HistoryCursor } from "../../../history/history-outcome.js";
import { custom, nullable, type Schema, text } from "../../../schema/index.js";

/** The next page of commits begins before this SCN. For callers it is an opaque text. */
export const scnCursor: Schema<number> = custom(
  { type: "string", description: "`next_cursor` of the previous page.", example: "42" },
  (value) => {
    const scn = typeof value === "string" && /^[1-9]\d*$/.test(value) ? Number(value) : Number.NaN;
    if (!Number.isSafeInteger(scn)) throw new ApiError("INVALID_CURSOR");
    return scn;
  },
);

export const historyCursor: Schema<HistoryCursor> = custom(scnCursor.json, (value, path) => {
  const [scn, skip = "0", ...rest] = typeof value === "string" ? value.split(".") : [];
  if (rest.length > 0 || !/^\d{1,6}$/.test(skip)) throw new ApiError("INVALID_CURSOR");
  return { before: scnCursor.parse(scn, path), skip: Number(skip) };
});

export function writeHistoryCursor({ before, skip }: HistoryCursor): string {
  return skip === 0 ? String(before) : `${before}.${skip}`;
}

/** The next page of audit entries begins before this one. */
export const entryCursor: Schema<number> = scnCursor;

/** The cursor of a table page; only the engine knows its content. */
export const tableCursor = text({
  maxLength: MAX_CURSOR_LENGTH,
  description:
    "`next_cursor` of the previous page. Everything except `columns`, `limit` and `include_total` must be the same.",
  example: "WzEsNDIsIlBoM2RrZkZBVkI4VmwxUnNhMjAtUWhYRWpENHlfTyIsImk1MCJd",
});

export const nextCursor = nullable(text({ description: "The `cursor` of the next page; null on the last." }));

export const nextTableCursor = nullable(
  text({
    description:
      "The `cursor` of the next page; null on the last. Also null for a view, and if the last row's key is too long " +
      "for a cursor; then, if `has_more` is true, use `page`.",
  }),
);

export function writeScnCursor(next: number | null): string | null {
  return next === null ? null : String(next);
}
