import type { Row } from "../rows/values.js";
import type { TableDef } from "../schema/model.js";
import { foldText } from "../values/collation.js";
import type { SqliteValue } from "../values/sqlite-value.js";

/** Sorts keys as SQLite does. */
export function sortKeys(table: TableDef, keys: readonly Row[]): Row[] {
  const plain = table.collations.every((collation) => collation.toUpperCase() === "BINARY");
  if (plain) return [...keys].sort(compareFolded);
  return keys
    .map((key) => ({ key, folded: fold(table, key) }))
    .sort((a, b) => compareFolded(a.folded, b.folded))
    .map(({ key }) => key);
}

export function compareKeys(table: TableDef, a: Row, b: Row): number {
  return compareFolded(fold(table, a), fold(table, b));
}

function fold(table: TableDef, key: Row): Row {
  return key.map((value, i) => (typeof value === "string" ? foldText(value, table.collations[i]) : value));
}

function compareFolded(a: Row, b: Row): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareValues(a[i] ?? null, b[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** NULL, numbers, texts, blobs. */
function compareValues(a: SqliteValue, b: SqliteValue): number {
  const [left, right] = [rank(a), rank(b)];
  if (left !== right) return left - right;
  if (typeof a === "string") return compareTexts(a, b as string);
  if (Buffer.isBuffer(a)) return a.compare(b as Buffer);
  if (a === null) return 0;
  const other = b as number | bigint;
  return a < other ? -1 : a > other ? 1 : 0;
}

function rank(value: SqliteValue): number {
  if (value === null) return 0;
  return typeof value === "string" ? 2 : typeof value === "object" ? 3 : 1;
}

/** By code point, as UTF-8 sorts: surrogates stand for code points above all other code units. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return place(x) - place(y);
  }
  return a.length - b.length;
}

function place(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
