import type { ColumnType } from "@heliosdb/port";
import { countValue } from "./result-size.js";

/** A value as SQLite returns it with safe integers on. */
export type SqliteValue = null | bigint | number | string | Buffer;

/** Bytes of a value in a result, in addition to the fixed size of each. */
function sizeOf(value: SqliteValue): number {
  if (typeof value === "string") return value.length;
  return value instanceof Uint8Array ? Math.ceil((value.length * 4) / 3) : 0;
}

/** Counts a value towards the size of its result. */
export function counted(value: SqliteValue): SqliteValue {
  countValue(sizeOf(value));
  return value;
}

/** The neutral type of a declared column type, or null if it says nothing and the values must decide. */
export function typeOfDeclaration(declared: string | null): ColumnType | null {
  if (!declared) return null;
  const type = declared.toUpperCase().replace(/\(.*$/s, "").trim();
  if (/^BOOL/.test(type)) return "bool";
  if (/^(BIGINT|INT8|UNSIGNED BIG INT)$/.test(type)) return "int8";
  if (type.includes("INT")) return "int4";
  if (/CHAR|CLOB|TEXT/.test(type)) return "text";
  if (/BLOB|BYTEA/.test(type)) return "bytea";
  if (/REAL|FLOA|DOUB/.test(type)) return "float8";
  if (/^(DATETIME|TIMESTAMP)/.test(type)) return "timestamp";
  if (type === "DATE") return "date";
  if (/^(DECIMAL|NUMERIC)/.test(type)) return "numeric";
  if (/^JSON/.test(type)) return "json";
  return null;
}

/** The neutral type of one value; null for NULL. */
export function typeOfValue(value: SqliteValue): ColumnType | null {
  switch (typeof value) {
    case "bigint":
      return "int8";
    case "number":
      return "float8";
    case "string":
      return "text";
    default:
      return value === null ? null : "bytea";
  }
}
