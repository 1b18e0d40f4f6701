import { HeliosError, toJsonCell, type Value } from "@heliosdb/port";
import type { Row } from "../rows/values.js";
import { affinityOf } from "../schema/affinity.js";
import type { TableDef } from "../schema/model.js";
import { MAX_INT64, MIN_INT64 } from "../values/int64.js";
import { type SqliteValue, typeOfDeclaration } from "../values/sqlite-value.js";

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** If several values of a key are ambiguous, at most this many readings are tried. */
const MOST_READINGS = 9;

/** True if rows are identified by their rowid: it is the declared key, or there is none. */
export function isKeyedByRowid(table: TableDef): boolean {
  return table.rowidColumn !== null || table.primaryKey.length === 0;
}

/**
 * The possible meanings of a key, likeliest first. Keys come from JSON, so a text may stand for a number or, as base64,
 * for a blob if the column's type says so. If the type says nothing, each reading is tried.
 */
export function readKey(table: TableDef, given: readonly Value[]): Row[] {
  const names = table.primaryKey.length > 0 ? table.primaryKey : ["rowid"];
  if (given.length !== names.length) {
    throw invalid(table, `takes ${names.length} value${names.length === 1 ? "" : "s"}, got ${given.length}`);
  }
  if (given.includes(null)) throw invalid(table, "can't be NULL: rows with a NULL key can't be told apart");
  if (isKeyedByRowid(table)) return [[wholeNumber(table, given[0]!)]];
  return table.primaryKey
    .map((name, i) => readings(table.columns.find((column) => column.name === name)!.declaredType, given[i]!))
    .reduce<Row[]>((keys, values) => keys.flatMap((key) => values.map((value) => [...key, value])), [[]])
    .slice(0, MOST_READINGS);
}

function wholeNumber(table: TableDef, given: Value): bigint {
  const value = asNumber(given);
  if (typeof value === "bigint" && value >= MIN_INT64 && value <= MAX_INT64) return value;
  throw invalid(table, `must be a 64-bit integer, got ${JSON.stringify(toJsonCell(given))}`);
}

function readings(declaredType: string, given: Value): SqliteValue[] {
  if (given instanceof Uint8Array) return [Buffer.from(given)];
  const affinity = affinityOf(declaredType);
  const number = asNumber(given);
  if (affinity === "TEXT") return [typeof given === "string" ? given : String(number)];
  if (affinity === "REAL") return [number === null ? given : Number(number)];
  if (affinity !== "BLOB" || typeof given !== "string") return [number ?? given];
  const values: SqliteValue[] = [given];
  if (typeof number === "bigint" && !Number.isSafeInteger(Number(number))) values.push(number);
  if (!BASE64.test(given)) return values;
  const blob = Buffer.from(given, "base64");
  return typeOfDeclaration(declaredType) === "bytea" ? [blob, ...values] : [...values, blob];
}

/** The number that a value stands for, or null. An integral real counts as an integer. */
function asNumber(given: Value): bigint | number | null {
  if (typeof given === "string") return numeric(given);
  if (typeof given === "number") return Number.isInteger(given) && Math.abs(given) < 2 ** 63 ? BigInt(given) : given;
  return typeof given === "bigint" ? given : null;
}

function numeric(text: string): bigint | number | null {
  if (/^[+-]?\d+$/.test(text)) {
    const value = BigInt(text.replace("+", ""));
    return value >= MIN_INT64 && value <= MAX_INT64 ? value : Number(value);
  }
  return NUMBER.test(text) ? Number(text) : null;
}

function invalid(table: TableDef, why: string): HeliosError {
  const key = table.primaryKey.length > 0 ? `key of '${table.name}' (${table.primaryKey.join(", ")})` : "rowid";
  return new HeliosError("INVALID_FIELD", `The ${key} ${why}.`, { table: table.name });
}
