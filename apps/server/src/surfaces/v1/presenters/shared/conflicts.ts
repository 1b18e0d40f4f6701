import type { MergeConflict } from "@heliosdb/port";
import { type ConflictValue, type Json, toJsonCell } from "@heliosdb/port";
import type { ErrorReport } from "../../../../errors/api-error.js";

/** The data of an error, with SQLite's error and the conflicts in a dialect's words. */
export function errorDetails(
  { data, native, conflicts }: Pick<ErrorReport, "data" | "native" | "conflicts">,
  present: (conflict: MergeConflict) => object,
): { [name: string]: Json } {
  return {
    ...(native && { sqlite_code: native.code }),
    ...data,
    ...(conflicts && { conflicts: conflicts.map(present) as unknown as Json }),
  };
}

/** A value of a conflict: a column's, or a whole row by column. */
export function presentConflictValue(value: ConflictValue): Json {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return toJsonCell(value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toJsonCell(each)]));
}
