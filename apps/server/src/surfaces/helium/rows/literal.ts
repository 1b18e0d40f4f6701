import type { Value } from "@heliosdb/port";

/** A name as an SQL identifier. */
export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A value as an SQL literal. A text with a NUL, which no SQL can hold, is written by its bytes; the sign before it takes
 * away the affinity that CAST gives, so that it compares like any other text.
 */
export function literal(value: Value): string {
  switch (typeof value) {
    case "string":
      return value.includes("\0") ? `+CAST(${bytes(Buffer.from(value))} AS TEXT)` : `'${value.replaceAll("'", "''")}'`;
    case "bigint":
      // The smallest integer has no positive counterpart: SQLite reads its digits as a double.
      return value === -(2n ** 63n) ? `(${value + 1n} - 1)` : String(value);
    case "number":
      return real(value);
    default:
      return value === null ? "NULL" : bytes(value);
  }
}

function real(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "9e999" : "-9e999";
  const text = String(value);
  // Without a point or an exponent it would be an integer.
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function bytes(value: Uint8Array): string {
  return `x'${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}'`;
}
