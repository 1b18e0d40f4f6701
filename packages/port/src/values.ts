/** A JSON value, as it stands in a request or an answer. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * Column types by neutral name. They are the tutorial's words; the spec's dialect has other names for the same types.
 * Decided from the declared type of a column, or for an expression from its first non-null value.
 */
export const COLUMN_TYPES = [
  "int4",
  "int8",
  "float8",
  "text",
  "bool",
  "bytea",
  "timestamp",
  "date",
  "numeric",
  "json",
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/**
 * One value in an answer, ready for JSON: integers beyond 2^53 − 1 are decimal strings, blobs are base64,
 * infinities are "Infinity" and "-Infinity", a BOOLEAN column's 0 and 1 are false and true.
 */
export type Cell = null | boolean | number | string;

/**
 * One value to bind. Integers and reals are told apart, because SQLite tells them apart and JSON does not:
 * an `int` is bound as a 64-bit integer (a decimal string when it does not fit a double exactly), a `real` as a double.
 */
export type BindValue =
  | null
  | string
  | { readonly int: number | string }
  | { readonly real: number | "Infinity" | "-Infinity" }
  | { readonly blob: string };
