import { isUtf8 } from "node:buffer";
import type { Value } from "@heliosdb/port";

/** A value as an SQL literal that gives exactly the same value. */
export function sqlLiteral(value: Value): string {
  switch (typeof value) {
    case "bigint":
      return String(value);
    case "number":
      return real(value);
    case "string":
      return text(value);
    default:
      return value === null ? "NULL" : `X'${hex(value).toUpperCase()}'`;
  }
}

function real(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  if (!Number.isFinite(value)) return value > 0 ? "9.0e+999" : "-9.0e+999";
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

/** A text of these bytes. SQLite reads SQL up to a NUL, and a script is UTF-8. */
export function textLiteral(bytes: Uint8Array): string {
  if (bytes.includes(0) || !isUtf8(bytes)) return `CAST(X'${hex(bytes).toUpperCase()}' AS TEXT)`;
  return text(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
}

function text(value: string): string {
  if (value.includes("\0")) return textLiteral(Buffer.from(value));
  return `'${value.replaceAll("'", "''")}'`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
