import type { Cell, ColumnType } from "@heliosdb/port";
import { countCell } from "./answer-size.js";

/** A value as SQLite gives it with safe integers on. */
export type SqliteValue = null | bigint | number | string | Buffer;

/** Characters that a value takes in an answer, beside those of any. */
function sizeOf(value: SqliteValue): number {
  if (typeof value === "string") return value.length;
  return value instanceof Uint8Array ? Math.ceil((value.length * 4) / 3) : 0;
}

/** Puts a value into the form in which it stands in JSON. */
export function toCell(value: SqliteValue, asBoolean = false): Cell {
  countCell(sizeOf(value));
  switch (typeof value) {
    case "bigint":
      if (asBoolean && (value === 0n || value === 1n)) return value === 1n;
      return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : String(value);
    case "number":
      if (value === Number.POSITIVE_INFINITY) return "Infinity";
      if (value === Number.NEGATIVE_INFINITY) return "-Infinity";
      return value;
    case "string":
      return value;
    default:
      return value === null ? null : value.toString("base64");
  }
}

/** The neutral type of a declared column type, or null where it says nothing and the values must tell. */
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
