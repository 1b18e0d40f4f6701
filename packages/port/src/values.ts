/** A JSON value, in metadata or in the machine-readable data of an error. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * One value of a row or a parameter, exactly as the database stores it: its type is its storage class. An INTEGER is a
 * `bigint`, a REAL a `number` (never NaN), a TEXT a `string`, a BLOB a `Uint8Array`, NULL is `null`. Presenters decide
 * how it looks in JSON.
 */
export type Value = null | bigint | number | string | Uint8Array;

/** Values in the order of the columns. */
export type Row = readonly Value[];

/** Values by column name. */
export interface RowObject {
  readonly [column: string]: Value;
}

/** Neutral names of column types. A column's type follows from its declaration; see `Column`. */
export const COLUMN_TYPES = [
  "int4",
  "int8",
  "float8",
  "text",
  "bool",
  "bytea",
  "timestamp",
  "date",
  "numeric",
  "json",
] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export interface Column {
  readonly name: string;
  /**
   * From the declared type or, for an expression, from its first value that is not NULL; `text` if there is no such
   * value. A `bool` column stores 0 and 1.
   */
  readonly type: ColumnType;
  /** The declared type; null for an expression or a column declared without a type. */
  readonly declared: string | null;
}

/** A column of a table whose rows are objects. */
export interface RowColumn extends Column {
  /** 1-based position in the primary key, 0 outside it. */
  readonly primaryKey: number;
}
