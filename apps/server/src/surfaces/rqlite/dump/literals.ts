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

/** SQLite reads SQL up to a NUL. */
function text(value: string): string {
  if (value.includes("\0")) return `CAST(X'${hex(Buffer.from(value)).toUpperCase()}' AS TEXT)`;
  return `'${value.replaceAll("'", "''")}'`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
