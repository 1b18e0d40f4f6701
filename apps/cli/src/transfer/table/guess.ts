import { Real } from "../values/exact.js";
import type { Column, Table } from "./target.js";
import { isBoolean, isInteger, isReal } from "./texts.js";

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const TIMESTAMP =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?$/;

/** Types of texts, each with the test that every text of a column must pass. Digits that a number would lose are text. */
const OF_TEXTS: readonly (readonly [type: string, fits: (text: string) => boolean])[] = [
  ["INTEGER", (text) => isInteger(text) && !/^[-+]?0\d|^\+/.test(text)],
  ["REAL", (text) => isReal(text) && !/^[-+]?0\d|^\+/.test(text) && isExact(text)],
  ["BOOLEAN", (text) => isBoolean(text) && !/^[01]$/.test(text)],
  ["DATE", (text) => DATE.test(text)],
  ["TIMESTAMP", (text) => TIMESTAMP.test(text)],
  ["BLOB", (text) => /^\\x([0-9a-f]{2})*$/i.test(text)],
];

/** A table for rows of which these are the first. A column without any value is text. */
export function guessTable(
  name: string,
  columns: readonly string[],
  sample: readonly (readonly unknown[])[],
  given: ReadonlyMap<string, string>,
): Table {
  return {
    name,
    columns: columns.map((column, index): Column => {
      const type = given.get(column) ?? guess(sample.map((row) => row[index]));
      return { name: column, type, key: false, required: false, generated: false };
    }),
  };
}

function guess(values: readonly unknown[]): string {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length === 0) return "TEXT";
  const texts = present.filter((value) => typeof value === "string");
  if (texts.length === present.length) {
    return OF_TEXTS.find(([, fits]) => texts.every(fits))?.[0] ?? "TEXT";
  }
  const types = new Set(present.map(typeOf));
  if (types.size === 1) return [...types][0]!;
  if ([...types].every((type) => type === "INTEGER" || type === "REAL")) return "REAL";
  // Values of several kinds stay what they are in a column without a type.
  return "";
}

function typeOf(value: unknown): string {
  switch (typeof value) {
    case "bigint":
      return "INTEGER";
    case "number":
      return Number.isInteger(value) ? "INTEGER" : "REAL";
    case "boolean":
      return "BOOLEAN";
    case "string":
      return "TEXT";
    default:
      if (value instanceof Real) return "REAL";
      return value instanceof Uint8Array ? "BLOB" : "JSON";
  }
}

/** Whether a real keeps all digits of a text: 15 always, 17 of those that it was written with. */
function isExact(text: string): boolean {
  const digits = text.replace(/e.*$/i, "").replace(/\D/g, "").replace(/^0+/, "");
  return digits.length <= 15 || String(Number(text)) === text;
}
