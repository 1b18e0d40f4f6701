import { toJsonCell } from "@heliosdb/port";
import type { TableDef } from "../schema/model.js";
import { foldText } from "../values/collation.js";
import type { SqliteValue } from "../values/sqlite-value.js";
import { shown } from "../values/text-bytes.js";

/** A value of a row being merged; undefined if the side lacks the column and its value is unknown. */
export type MergeValue = SqliteValue | undefined;
export type Row = readonly MergeValue[];

/** True for the same value of the same type; 1 and 1.0 differ here, as they do in the file. */
export function sameValue(a: MergeValue, b: MergeValue): boolean {
  if (a === b) return true;
  if (typeof a === "number" && typeof b === "number") return Object.is(a, b);
  return Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b);
}

export function sameRow(a: Row, b: Row): boolean {
  return a.every((value, i) => sameValue(value, b[i]));
}

/** Encodes values as a text that preserves types and can be decoded. */
export function encodeValues(values: Row): string {
  return JSON.stringify(
    values.map((value) => {
      if (typeof value === "bigint") return { i: String(value) };
      if (typeof value === "number") return { r: Number.isFinite(value) ? value : String(value) };
      return Buffer.isBuffer(value) ? { b: value.toString("base64") } : (value ?? null);
    }),
  );
}

export function decodeValues(text: string): SqliteValue[] {
  return (JSON.parse(text) as (null | string | { i: string } | { r: number | string } | { b: string })[]).map(
    (value) => {
      if (value === null || typeof value === "string") return value;
      if ("i" in value) return BigInt(value.i);
      return "r" in value ? Number(value.r) : Buffer.from(value.b, "base64");
    },
  );
}

/** Two keys that SQLite considers equal under the key's collations have the same identity. */
export function keyIdentity(table: TableDef, key: Row): string {
  return encodeValues(
    key.map((value, i) => {
      if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
      return typeof value === "string" ? foldText(value, table.collations[i]) : value;
    }),
  );
}

/** A key as shown to people: one value as text, several as a JSON array. */
export function keyText(key: Row): string {
  return key.length === 1
    ? String(toJsonCell(shown(key[0] ?? null)))
    : JSON.stringify(key.map((value) => toJsonCell(shown(value ?? null))));
}
