import { affinityOf } from "./affinity.js";

export const DATA_TYPES = [
  "string",
  "integer",
  "float",
  "date",
  "datetime",
  "boolean",
  "enum",
  "blob",
  "time",
] as const;
export type DataType = (typeof DATA_TYPES)[number];

/** A declared type as MySQL would understand it. */
export interface SqlType {
  readonly type: DataType;
  readonly unsigned: boolean;
  readonly maxCharacters: number | null;
  readonly numericPrecision: number | null;
  readonly numericScale: number | null;
}

const FORM = /^\s*([a-z]+)\w*[^(]*(?:\(\s*([+-]?\d+)\s*(?:,\s*([+-]?\d+)\s*)?\))?/i;
/** Digits of MySQL's integers. SQLite's INTEGER has 64 bits, whatever MySQL means by that word. */
const INTEGER_DIGITS: { readonly [word: string]: number } = {
  tinyint: 3,
  smallint: 5,
  mediumint: 7,
  int: 10,
  bigint: 19,
  integer: 19,
};
const DECIMALS = ["decimal", "dec", "numeric", "fixed"];
const FLOATS = [...DECIMALS, "float", "double", "real"];

/** Reads a declared type: `INT(11) UNSIGNED`, `VARCHAR(20)`, `DECIMAL(5, 2)`. What MySQL doesn't know goes by affinity. */
export function sqlType(declared: string): SqlType {
  const [, base = "", first, second] = FORM.exec(declared) ?? [];
  const word = base.toLowerCase();
  const size = first === undefined ? null : Number(first);
  const type = dataType(word, size, declared);
  const unsigned = /\bunsigned\b/i.test(declared);
  const [numericPrecision, numericScale] = precision(word, type, size, second === undefined ? 0 : Number(second));
  return { type, unsigned, maxCharacters: type === "string" ? size : null, numericPrecision, numericScale };
}

export function isNumerical(type: DataType): boolean {
  return type === "integer" || type === "float";
}

function dataType(word: string, size: number | null, declared: string): DataType {
  if (word === "tinyint" || word === "bit") return size === 1 ? "boolean" : "integer";
  if (word.endsWith("int") || word === "integer" || word === "year") return "integer";
  if (word === "bool" || word === "boolean") return "boolean";
  if (FLOATS.includes(word)) return "float";
  if (word === "date" || word === "time" || word === "enum") return word;
  if (word === "datetime" || word === "timestamp") return "datetime";
  if (/char|text/.test(word)) return "string";
  if (/(?:binary|blob)$/.test(word)) return "blob";
  return byAffinity(declared);
}

/** A column without a type holds anything, most of which can be shown. */
function byAffinity(declared: string): DataType {
  const type = declared.trim().toUpperCase();
  switch (affinityOf(type)) {
    case "INTEGER":
      return "integer";
    case "TEXT":
      return "string";
    case "BLOB":
      return type === "" ? "string" : "blob";
    default:
      return type === "ANY" || type.includes("JSON") ? "string" : "float";
  }
}

function precision(
  word: string,
  type: DataType,
  size: number | null,
  scale: number,
): readonly [number | null, number | null] {
  if (type === "integer" && Object.hasOwn(INTEGER_DIGITS, word)) return [INTEGER_DIGITS[word]!, 0];
  if (DECIMALS.includes(word) && size !== null) return [size, scale];
  return [null, null];
}
