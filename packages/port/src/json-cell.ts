import type { ColumnType, Value } from "./values.js";

/** A value as plain JSON. */
export type JsonCell = null | boolean | number | string;

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * A value for JSON: integers beyond 2^53 − 1 are decimal strings, blobs base64, infinities "Infinity" and "-Infinity",
 * and in a `bool` column 0 and 1 are false and true. This is not always unambiguous: see exact-json.ts.
 */
export function toJsonCell(value: Value, type?: ColumnType): JsonCell {
  switch (typeof value) {
    case "bigint":
      if (type === "bool" && (value === 0n || value === 1n)) return value === 1n;
      return value >= -LARGEST && value <= LARGEST ? Number(value) : String(value);
    case "number":
      return Number.isFinite(value) ? value : value > 0 ? "Infinity" : "-Infinity";
    case "string":
      return value;
    default:
      return value === null ? null : toBase64(value);
  }
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
