import type { ColumnType, Row } from "@heliosdb/client";
import type { ChartData, XKind } from "../../../chart/chart-data.js";

export type ChartKind = "line" | "bar" | "scatter";

export interface ChartChoice {
  readonly kind: ChartKind;
  /** Null for the number of the row. */
  readonly x: string | null;
  readonly ys: readonly string[];
}

export interface Result {
  readonly columns: readonly string[];
  readonly types: readonly ColumnType[];
  readonly rows: readonly Row[];
}

/** Colours that are told apart. */
export const MOST_SERIES = 8;
/** More bars than that are thinner than a hair. */
export const MOST_BARS = 200;
const LOOKED_AT = 500;

const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const TIME = /^\d{4}-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?$/;

/** Numbers beyond what JavaScript counts exactly arrive as texts. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !NUMBER.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** Milliseconds since 1970; a time without a zone is taken for UTC. */
export function timeOf(value: unknown): number | null {
  if (typeof value !== "string" || !TIME.test(value)) return null;
  const text = value.replace(" ", "T");
  const time = Date.parse(/T.*\d$/.test(text) && !/[+-]\d\d:?\d\d$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(time) ? null : time;
}

/** What a column holds, by its first values. */
export function kindOf({ columns, types, rows }: Result, column: string): XKind {
  const values = rows.slice(0, LOOKED_AT).flatMap((row) => (row[column] == null ? [] : [row[column]]));
  if (values.length === 0) return "text";
  // Digits in a column of texts are a text, such as a postcode.
  const isText = types[columns.indexOf(column)] === "text";
  const isNumber = (value: unknown) => numberOf(value) !== null && !(isText && typeof value === "string");
  if (values.every(isNumber)) return "number";
  return values.every((value) => timeOf(value) !== null) ? "time" : "text";
}

/** Columns that can be drawn upwards. */
export function numberColumns(result: Result): readonly string[] {
  return result.columns.filter((column) => kindOf(result, column) === "number");
}

/** What somebody most likely wants to see; null where nothing is a number. */
export function firstChoice(result: Result): ChartChoice | null {
  const numbers = numberColumns(result);
  const of = (kind: XKind) => result.columns.find((column) => kindOf(result, column) === kind);
  const x = of("time") ?? of("text") ?? (numbers.length > 1 ? numbers[0] : undefined) ?? null;
  const y = numbers.find((column) => column !== x);
  if (y === undefined) return null;
  const kind = x === null ? "line" : ({ time: "line", text: "bar", number: "scatter" } as const)[kindOf(result, x)];
  return { kind, x, ys: [y] };
}

/** Whether a choice is still one where a query has run again. */
export function fits({ x, ys }: ChartChoice, { columns }: Result): boolean {
  return [...(x === null ? [] : [x]), ...ys].every((column) => columns.includes(column));
}

interface Drawn {
  readonly data: ChartData;
  /** Rows that are not drawn: beyond the most bars, or without x. */
  readonly left: number;
}

export function drawn(result: Result, { kind, x, ys }: ChartChoice): Drawn {
  const xKind = x === null ? "number" : kindOf(result, x);
  const xOf = (row: Row, index: number): number | string | null => {
    if (x === null) return index + 1;
    const value = row[x];
    if (xKind === "number") return numberOf(value);
    if (xKind === "time") return timeOf(value);
    return value == null ? "NULL" : typeof value === "string" ? value : JSON.stringify(value);
  };
  const all = result.rows.flatMap((row, index) => {
    const at = xOf(row, index);
    return at === null ? [] : [{ row, at }];
  });
  // A line leads from the smaller to the larger, in whatever order the rows come.
  if (kind === "line" && xKind !== "text") all.sort((a, b) => Number(a.at) - Number(b.at));
  const points = kind === "bar" ? all.slice(0, MOST_BARS) : all;
  return {
    data: {
      kind: xKind,
      xs: points.map(({ at }) => at),
      series: ys.map((name) => ({ name, values: points.map(({ row }) => numberOf(row[name])) })),
    },
    left: result.rows.length - points.length,
  };
}
