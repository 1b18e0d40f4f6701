import type { Value } from "@heliosdb/port";
import { MAX_INT64, MIN_INT64 } from "./int64.js";

/**
 * One of SQLite's values as an unambiguous text, or null: `i` an integer, `r` a real, `t` a text, `x` the bytes of a
 * text that is invalid UTF-8, `b` those of a blob. Cursors contain these.
 */
export type ExactValue = string | null;

/** The SQL of the two result columns from which an exact value is read. */
export function exactColumns(column: string): readonly string[] {
  return [`typeof(${column})`, `CASE typeof(${column}) WHEN 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END`];
}

/** An exact value from the values of those two columns. */
export function exactOf(type: Value | undefined, value: Value | undefined): ExactValue {
  switch (type) {
    case "integer":
      return `i${value}`;
    case "real":
      return `r${value}`;
    case "text": {
      const bytes = bufferOf(value as Uint8Array);
      const text = bytes.toString();
      return Buffer.from(text).equals(bytes) ? `t${text}` : `x${bytes.toString("base64")}`;
    }
    case "blob":
      return `b${bufferOf(value as Uint8Array).toString("base64")}`;
    default:
      return null;
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether a text from an untrusted source is an exact value. */
export function isExact(text: string): boolean {
  const value = text.slice(1);
  switch (text[0]) {
    case "i":
      return /^-?\d{1,19}$/.test(value) && BigInt(value) >= MIN_INT64 && BigInt(value) <= MAX_INT64;
    case "r":
      return value !== "" && !Number.isNaN(Number(value));
    case "x":
    case "b":
      return /^[A-Za-z0-9+/]*={0,2}$/.test(value);
    default:
      return text[0] === "t";
  }
}

/**
 * The placeholder of an exact value. A text is bound by its bytes, since not every text of a file can pass through
 * JavaScript. The plus removes the type of the cast, so that a column is compared as with any bound value.
 */
export function placeholder(value: string): string {
  return value[0] === "t" || value[0] === "x" ? "+CAST(? AS TEXT)" : "?";
}

export function bindExact(exact: string): Value {
  const value = exact.slice(1);
  switch (exact[0]) {
    case "i":
      return BigInt(value);
    case "r":
      return Number(value);
    case "t":
      return Buffer.from(value);
    default:
      return Buffer.from(value, "base64");
  }
}
