import type { Cell, ColumnType } from "@heliosdb/port";
import type { Statement } from "../file/connection.js";
import type { Bound } from "../sql/parameters.js";
import { type SqliteValue, toCell, typeOfDeclaration, typeOfValue } from "../values/cells.js";

export interface Rows {
  readonly columns: readonly string[];
  readonly columnTypes: readonly ColumnType[];
  readonly rows: readonly (readonly Cell[])[];
  readonly truncated: boolean;
}

/** A prepared statement that gives rows, with what its columns were declared as. */
export interface RowStatement {
  readonly statement: Statement;
  readonly columns: readonly string[];
  readonly declared: readonly (ColumnType | null)[];
}

export function rowStatement(statement: Statement): RowStatement {
  statement.raw(true).safeIntegers(true);
  const columns = statement.columns();
  return {
    statement,
    columns: columns.map((column) => column.name),
    declared: columns.map((column) => typeOfDeclaration(column.type)),
  };
}

/** Reads up to `maxRows` rows. An undeclared column takes its type from its first non-null value. */
export function readRows(query: RowStatement, bound: Bound, maxRows: number): Rows {
  const types = [...query.declared];
  const rows: Cell[][] = [];
  let truncated = false;
  for (const values of query.statement.iterate(bound) as Iterable<SqliteValue[]>) {
    if (rows.length === maxRows) {
      truncated = true;
      break;
    }
    rows.push(toCells(values, types));
  }
  return { columns: query.columns, columnTypes: knownTypes(types), rows, truncated };
}

/** Runs a statement that writes to its end, keeps the first `maxRows` of the rows that it gives back, and counts all. */
export function writeRows(query: RowStatement, bound: Bound, maxRows: number): { returning: Rows; affected: number } {
  const types = [...query.declared];
  const rows: Cell[][] = [];
  let affected = 0;
  for (const values of query.statement.iterate(bound) as Iterable<SqliteValue[]>) {
    if (affected++ < maxRows) rows.push(toCells(values, types));
  }
  const returning = { columns: query.columns, columnTypes: knownTypes(types), rows, truncated: affected > rows.length };
  return { returning, affected };
}

/** One row as it is answered. `types` learns from it what the declarations did not say. */
export function toCells(values: readonly SqliteValue[], types: (ColumnType | null)[]): Cell[] {
  return values.map((value, i) => {
    const type = types[i]!;
    if (type === null) types[i] = typeOfValue(value);
    else if (type === "int4" && typeof value === "bigint" && BigInt.asIntN(32, value) !== value) types[i] = "int8";
    return toCell(value, type === "bool");
  });
}

/** The types in the end: a column that had no value at all is called text. */
export function knownTypes(types: readonly (ColumnType | null)[]): ColumnType[] {
  return types.map((type) => type ?? "text");
}
