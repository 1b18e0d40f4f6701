import { type Column, type ColumnType, constant, type Row, type Rows } from "@heliosdb/port";
import type { Statement } from "../file/connection.js";
import type { Bound } from "../values/parameters.js";
import { countNames } from "../values/result-size.js";
import { counted, type SqliteValue, typeOfDeclaration, typeOfValue } from "../values/sqlite-value.js";

/** A prepared statement that gives rows, with what is known of its columns before they are read. */
export interface RowStatement {
  readonly statement: Statement;
  readonly columns: readonly Pick<Column, "name" | "declared">[];
  /** Characters of the columns' names as JSON. */
  readonly nameLength: number;
  /** By column; null where the declaration says nothing and the values must tell. */
  readonly declaredTypes: readonly (ColumnType | null)[];
  /** The columns of its last result; most have the same each time. */
  last: { readonly columns: readonly Column[]; isConstant: boolean } | null;
}

export function rowStatement(statement: Statement): RowStatement {
  statement.raw(true).safeIntegers(true);
  const columns = statement.columns().map(({ name, type }) => ({ name, declared: type }));
  return {
    statement,
    columns,
    nameLength: columns.reduce((sum, { name }) => sum + JSON.stringify(name).length, 0),
    declaredTypes: columns.map(({ declared }) => typeOfDeclaration(declared)),
    last: null,
  };
}

/** Reads up to `maxRows` rows. */
export function readRows(query: RowStatement, bound: Bound, maxRows: number): Rows {
  const types = [...query.declaredTypes];
  const rows: Row[] = [];
  let truncated = false;
  for (const values of query.statement.iterate(bound) as Iterable<SqliteValue[]>) {
    if (rows.length === maxRows) {
      truncated = true;
      break;
    }
    countNames(query.nameLength);
    rows.push(noted(values, types));
  }
  return { columns: knownColumns(query, types), rows, truncated };
}

/** Runs a statement that writes to its end, keeps the first `maxRows` of the rows that it gives back, and counts all. */
export function writeRows(query: RowStatement, bound: Bound, maxRows: number): { returning: Rows; affected: number } {
  const types = [...query.declaredTypes];
  const rows: Row[] = [];
  let affected = 0;
  for (const values of query.statement.iterate(bound) as Iterable<SqliteValue[]>) {
    if (affected++ >= maxRows) continue;
    countNames(query.nameLength);
    rows.push(noted(values, types));
  }
  return { returning: { columns: knownColumns(query, types), rows, truncated: affected > rows.length }, affected };
}

/** Counts a row towards the size of the result. `types` learns from it what the declarations did not say. */
export function noted(values: readonly SqliteValue[], types: (ColumnType | null)[]): Row {
  for (let i = 0; i < values.length; i++) {
    const value = counted(values[i]!);
    const type = types[i]!;
    if (type === null) types[i] = typeOfValue(value);
    else if (type === "int4" && typeof value === "bigint" && BigInt.asIntN(32, value) !== value) types[i] = "int8";
  }
  return values;
}

/** The columns in the end: one that had no value at all is called text. */
export function knownColumns(query: RowStatement, types: readonly (ColumnType | null)[]): readonly Column[] {
  const { last } = query;
  if (last?.columns.every(({ type }, i) => type === (types[i] ?? "text"))) {
    // A statement that runs again is likely to run often.
    if (!last.isConstant) constant(last.columns);
    last.isConstant = true;
    return last.columns;
  }
  const columns = query.columns.map(({ name, declared }, i) => ({ name, type: types[i] ?? "text", declared }));
  query.last = { columns, isConstant: false };
  return columns;
}
