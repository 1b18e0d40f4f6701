import type { ColumnType } from "@heliosdb/client";
import { quotedName, quotedText } from "../../../util/sql-names.js";

export const OPERATORS = [
  "=",
  "<>",
  "<",
  "<=",
  ">",
  ">=",
  "contains",
  "starts with",
  "is null",
  "is not null",
] as const;
export type Operator = (typeof OPERATORS)[number];

/** One condition, as the builder writes it. */
export interface Condition {
  readonly column: string;
  readonly operator: Operator;
  readonly text: string;
}

/** The condition as SQL. Numbers stand as such in columns of numbers; everything else is quoted. */
export function conditionText({ column, operator, text }: Condition, type: ColumnType): string {
  const name = quotedName(column);
  switch (operator) {
    case "is null":
      return `${name} IS NULL`;
    case "is not null":
      return `${name} IS NOT NULL`;
    case "contains":
      return `${name} LIKE ${pattern("%", text, "%")}`;
    case "starts with":
      return `${name} LIKE ${pattern("", text, "%")}`;
    default:
      return `${name} ${operator} ${literal(text, type)}`;
  }
}

/** The filter with one more condition. */
export function withCondition(filter: string, condition: string): string {
  const old = filter.trim();
  if (old === "") return condition;
  return /\bor\b/i.test(old) ? `(${old}) AND ${condition}` : `${old} AND ${condition}`;
}

/** Rows whose columns have these values, as the keys of another table name them. */
export function equalTo(values: readonly (readonly [column: string, value: unknown])[]): string {
  return values
    .map(([column, value]) => {
      if (value === null || value === undefined) return `${quotedName(column)} IS NULL`;
      const isNumber = typeof value === "number" || typeof value === "bigint";
      const text = typeof value === "boolean" ? String(Number(value)) : String(value);
      return `${quotedName(column)} = ${isNumber || typeof value === "boolean" ? text : quotedText(text)}`;
    })
    .join(" AND ");
}

function literal(text: string, type: ColumnType): string {
  const trimmed = text.trim();
  if (type === "bool" && /^(true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === "true" ? "1" : "0";
  const isNumeric = type === "int4" || type === "int8" || type === "float8" || type === "numeric";
  return isNumeric && /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(trimmed) ? trimmed : quotedText(text);
}

function pattern(before: string, text: string, after: string): string {
  const escaped = text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
  const suffix = escaped === text ? "" : " ESCAPE '\\'";
  return `${quotedText(before + escaped + after)}${suffix}`;
}
