import { type Cell, HeliosError } from "@heliosdb/port";
import type { Row } from "../rows/values.js";
import { affinityOf } from "../schema/affinity.js";
import type { TableDef } from "../schema/model.js";
import { type SqliteValue, typeOfDeclaration } from "../values/cells.js";

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const [LOWEST, HIGHEST] = [-(2n ** 63n), 2n ** 63n - 1n];
/** Where several values of a key are ambiguous, no more readings than this are tried. */
const MOST_READINGS = 9;

/** True where rows are told apart by their rowid: it is the declared key, or there is none. */
export function isKeyedByRowid(table: TableDef): boolean {
  return table.rowidColumn !== null || table.primaryKey.length === 0;
}

/**
 * What a key can mean, the likeliest first: JSON does not tell a text from a blob or a large integer, and a column's type
 * decides that only where it has one.
 */
export function readKey(table: TableDef, cells: readonly Cell[]): Row[] {
  const names = table.primaryKey.length > 0 ? table.primaryKey : ["rowid"];
  if (cells.length !== names.length) {
    throw invalid(table, `takes ${names.length} value${names.length === 1 ? "" : "s"}; ${cells.length} were given`);
  }
  if (cells.includes(null)) throw invalid(table, "can't be NULL: rows that have NULL there can't be told apart");
  if (isKeyedByRowid(table)) return [[wholeNumber(table, cells[0]!)]];
  return table.primaryKey
    .map((name, i) => readings(table.columns.find((column) => column.name === name)!.declaredType, cells[i]!))
    .reduce<Row[]>((keys, values) => keys.flatMap((key) => values.map((value) => [...key, value])), [[]])
    .slice(0, MOST_READINGS);
}

function wholeNumber(table: TableDef, cell: Cell): bigint {
  const value = typeof cell === "string" ? numeric(cell) : asNumber(cell as number | boolean);
  if (typeof value === "bigint" && value >= LOWEST && value <= HIGHEST) return value;
  throw invalid(table, `is a whole number of 64 bits, and ${JSON.stringify(cell)} is none`);
}

function readings(declaredType: string, cell: Cell): SqliteValue[] {
  const affinity = affinityOf(declaredType);
  const number = typeof cell === "string" ? numeric(cell) : asNumber(cell as number | boolean);
  if (affinity === "TEXT") return [typeof cell === "string" ? cell : String(number)];
  if (affinity === "REAL") return [number === null ? (cell as string) : Number(number)];
  if (affinity !== "BLOB" || typeof cell !== "string") return [number ?? (cell as string)];
  const values: SqliteValue[] = [cell];
  if (typeof number === "bigint" && !Number.isSafeInteger(Number(number))) values.push(number);
  if (!BASE64.test(cell)) return values;
  const blob = Buffer.from(cell, "base64");
  return typeOfDeclaration(declaredType) === "bytea" ? [blob, ...values] : [...values, blob];
}

function asNumber(cell: number | boolean): bigint | number {
  const fits = typeof cell === "boolean" || (Number.isInteger(cell) && Math.abs(cell) < 2 ** 63);
  return fits ? BigInt(cell) : (cell as number);
}

function numeric(text: string): bigint | number | null {
  if (/^[+-]?\d+$/.test(text)) {
    const value = BigInt(text.replace("+", ""));
    return value >= LOWEST && value <= HIGHEST ? value : Number(value);
  }
  return NUMBER.test(text) ? Number(text) : null;
}

function invalid(table: TableDef, why: string): HeliosError {
  const key = table.primaryKey.length > 0 ? `key of '${table.name}' (${table.primaryKey.join(", ")})` : "rowid";
  return new HeliosError("INVALID_FIELD", `The ${key} ${why}.`, { table: table.name });
}
