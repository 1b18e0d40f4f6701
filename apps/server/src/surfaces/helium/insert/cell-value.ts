import type { Value } from "@heliosdb/port";
import { ApiError } from "../../../errors/api-error.js";
import type { HeliumColumn } from "../state/table.js";
import { affinityOf } from "../types/affinity.js";
import { hasAllDigits } from "../types/decimal.js";

const INTEGER = /^\s*[+-]?\d{1,20}\s*$/;
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?Z?)?$/;
const TIME = /^-?\d{1,3}:\d{2}(:\d{2}(\.\d{1,9})?)?$/;
const BOOLEANS: ReadonlyMap<string, bigint> = new Map([
  ["true", 1n],
  ["1", 1n],
  ["false", 0n],
  ["0", 0n],
]);

/**
 * A JSON value as one of a column, converted where Helium does: numbers, booleans and dates may be texts. Throws
 * INVALID_FIELD, since SQLite itself would keep nearly anything in nearly every column.
 * @param mayBeNull whether null is taken, whatever the column says
 */
export function cellValue(column: HeliumColumn, given: unknown, mayBeNull: boolean): Value {
  if (given === null) {
    if (column.nullable || mayBeNull) return null;
    throw refused(column, "must not be null");
  }
  switch (column.dataType) {
    case "integer":
      return integer(column, given);
    case "float":
      return float(column, given);
    case "boolean":
      return BOOLEANS.get(String(given).trim().toLowerCase()) ?? refuse(column, "must be a boolean");
    case "date":
      return isText(given, DATE) && isDay(given) ? given : refuse(column, "must be a date in the form YYYY-MM-DD");
    case "datetime":
      return datetime(column, given);
    case "time":
      return isText(given, TIME) ? given : refuse(column, "must be a time in the form HH:mm:ss");
    case "enum":
      return enumValue(column, given);
    case "blob":
      return refuse(column, "must be null: blobs can't be sent");
    case "string":
      return affinityOf(column.declaredType) === "TEXT" ? text(column, given) : anything(column, given);
  }
}

function integer(column: HeliumColumn, given: unknown): bigint {
  const isInteger = Number.isSafeInteger(given) || isText(given, INTEGER);
  if (!isInteger) throw refused(column, "must be an integer");
  const value = integerOf(String(given));
  if (!isInt64(value)) throw refused(column, "must be a 64-bit integer");
  return unsigned(column, value);
}

function integerOf(text: string): bigint {
  return BigInt(text.trim().replace(/^\+/, ""));
}

function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** Infinities stand as they are shown. */
function float(column: HeliumColumn, given: unknown): number | bigint {
  if (given === "Infinity" || given === "-Infinity") return unsigned(column, Number(given));
  if (typeof given === "number") return unsigned(column, given);
  if (!isText(given, NUMBER)) throw refused(column, "must be a number");
  // SQLite keeps 64-bit integers in columns for any number, and makes doubles of them in others.
  const integer = INTEGER.test(given) ? integerOf(given) : null;
  if (integer !== null && isInt64(integer)) return unsigned(column, integer);
  const value = Number(given);
  if (!Number.isFinite(value)) throw refused(column, "must be a number that a double can hold");
  // A column of doubles says that it rounds; a decimal one doesn't.
  if (affinityOf(column.declaredType) !== "REAL" && !hasAllDigits(value, given)) {
    throw refused(column, "has more digits than can be kept");
  }
  return unsigned(column, value);
}

function unsigned<N extends number | bigint>(column: HeliumColumn, value: N): N {
  if (column.sql.unsigned && value < 0) throw refused(column, "must not be negative");
  return value;
}

function datetime(column: HeliumColumn, given: unknown): string {
  const [, day, minutes = "00:00", seconds = ":00"] = (typeof given === "string" && DATETIME.exec(given)) || [];
  const isClock = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d/.test(minutes + seconds);
  if (day === undefined || !isDay(day) || !isClock) {
    throw refused(column, "must be a time in the form YYYY-MM-DD HH:mm:ss");
  }
  return `${day} ${minutes}${seconds}`;
}

/** SQLite may have made a number of a value that looks like one. */
function enumValue(column: HeliumColumn, given: unknown): string {
  const { enumValues } = column;
  const value = typeof given === "number" ? String(given) : given;
  if (typeof value === "string" && (enumValues?.includes(value) ?? true)) return value;
  throw refused(column, enumValues ? `must be one of ${enumValues.join(", ")}` : "must be a string");
}

function text(column: HeliumColumn, given: unknown): string {
  if (typeof given !== "string") throw refused(column, "must be a string");
  const { maxCharacters } = column.sql;
  if (maxCharacters !== null && [...given].length > maxCharacters) {
    throw refused(column, `must have at most ${maxCharacters} characters`);
  }
  return given;
}

/** A column without a type keeps what it gets. Larger numbers than these are only written for doubles. */
function anything(column: HeliumColumn, given: unknown): Value {
  if (typeof given === "number") return Number.isSafeInteger(given) ? BigInt(given) : given;
  if (typeof given === "boolean") return given ? 1n : 0n;
  return text(column, given);
}

function isText(given: unknown, form: RegExp): given is string {
  return typeof given === "string" && form.test(given);
}

function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function refuse(column: HeliumColumn, why: string): never {
  throw refused(column, why);
}

function refused({ name }: HeliumColumn, why: string): ApiError {
  return new ApiError("INVALID_FIELD", `"${name}" ${why}`);
}
