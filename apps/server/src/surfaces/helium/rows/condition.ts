import type { HeliumTable } from "../state/table.js";
import { type Affinity, affinityOf } from "../types/affinity.js";
import type { Filter, FilterValue } from "./filter.js";
import { ident, literal } from "./literal.js";

const OPERATORS = { lt: "<", gt: ">", eq: "=" } as const;
/** Texts that SQLite reads as a number where a column holds numbers. */
const NUMBER = /^[ \t\n\v\f\r]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[ \t\n\v\f\r]*$/;
/** As they are shown. */
const INFINITE = /^-?Infinity$/;

/** Filters as one SQL expression, in which all of them hold; undefined for none. Throws SQL_NAME_NOT_FOUND. */
export function condition(table: HeliumTable, filters: readonly Filter[]): string | undefined {
  if (filters.length === 0) return undefined;
  return filters.map((filter) => term(table, filter)).join(" AND ");
}

function term(table: HeliumTable, { op, param, value }: Filter): string {
  const { name, declaredType } = table.column(param);
  const column = ident(name);
  if (op === "is" || (op === "eq" && value === null)) return `${column} IS NULL`;
  if (op === "isnot") return `${column} IS NOT NULL`;
  const operator = OPERATORS[op];
  const text = textOf(value);
  const affinity = affinityOf(declaredType);
  const number = affinity === "TEXT" ? null : numberOf(text);
  // A column with a type converts what it is compared with, but no infinity. One without would put every text behind
  // every number.
  const isCompared = number !== null && (isUntyped(affinity, declaredType) || INFINITE.test(text));
  if (!isCompared) return `${column} ${operator} ${literal(text)}`;
  const asNumber = `typeof(${column}) IN ('integer', 'real') AND ${column} ${operator} ${number}`;
  return `(${asNumber} OR typeof(${column}) = 'text' AND ${column} ${operator} ${literal(text)})`;
}

/** The SQL of the number that a text stands for where numbers are shown; null for any other. */
function numberOf(text: string): string | null {
  if (INFINITE.test(text)) return literal(Number(text));
  return NUMBER.test(text) ? `+CAST(${literal(text)} AS NUMERIC)` : null;
}

/** Such a column converts nothing. ANY does so in a strict table. */
function isUntyped(affinity: Affinity, declared: string): boolean {
  return affinity === "BLOB" || declared.toUpperCase() === "ANY";
}

function textOf(value: FilterValue): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return String(value);
}
