import type { HeliumTable } from "../state/table.js";
import type { Filter, FilterValue } from "./filter.js";
import { ident, literal } from "./literal.js";

const OPERATORS = { lt: "<", gt: ">", eq: "=" } as const;
/** Texts that SQLite reads as a number where a column holds numbers. */
const NUMBER = /^[ \t\n\v\f\r]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[ \t\n\v\f\r]*$/;

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
  // A column with a type converts what it is compared with. One without would put every text behind every number.
  if (!isUntyped(declaredType) || !NUMBER.test(text)) return `${column} ${operator} ${literal(text)}`;
  const asNumber = `typeof(${column}) IN ('integer', 'real') AND ${column} ${operator} +CAST(${literal(text)} AS NUMERIC)`;
  return `(${asNumber} OR typeof(${column}) = 'text' AND ${column} ${operator} ${literal(text)})`;
}

/** By SQLite's rule for affinities: such a column converts nothing. */
function isUntyped(declared: string): boolean {
  const type = declared.toUpperCase();
  if (/INT|CHAR|CLOB|TEXT/.test(type)) return false;
  return type === "" || type === "ANY" || type.includes("BLOB");
}

function textOf(value: FilterValue): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return String(value);
}
