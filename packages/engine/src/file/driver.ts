/**
 * The part of a SQLite driver that the engine uses. Only `connection.ts` names the actual driver. It must be
 * synchronous, and must throw SQLite's errors as an Error whose `code` is the name of SQLite's extended result code
 * (sqlite-error.ts).
 *
 * Values go in as null, number, bigint, string or Uint8Array; a number is always bound as REAL, even an integral one.
 * They come out as null, number, string or Buffer; integers as numbers, or as bigints if the statement has
 * `safeIntegers`.
 */

/** One open database. */
export interface Connection {
  /** False after it is closed. */
  readonly open: boolean;
  readonly inTransaction: boolean;

  /** Compiles one statement. Throws if the text has none, or more than one. */
  prepare(sql: string): Statement;
  /** Runs any number of statements without parameters and drops their rows. */
  exec(sql: string): unknown;
  /** The rows of a PRAGMA as objects; with `simple`, the first column of the first row. */
  pragma(text: string, options?: { readonly simple?: boolean }): unknown;
  /** Wraps work in a transaction, or in a savepoint if one is open. An exception rolls it back. */
  transaction<T>(work: () => T): Transaction<T>;
  /** Lets SQL write tables that SQLite otherwise protects, such as sqlite_schema, until it is called with false. */
  unsafeMode(on?: boolean): unknown;
  /** The whole database as the bytes of its file. */
  serialize(): Buffer;
  /**
   * Copies the database to a file, between other work. `progress` returns the number of pages to copy in the next step.
   */
  backup(target: string, options: { readonly progress: () => number }): Promise<unknown>;
  close(): unknown;
}

export interface Transaction<T> {
  (): T;
  /** Takes the write lock at the beginning. */
  immediate(): T;
}

/**
 * A compiled statement. Values are given for `?` one by one or as one list, for named parameters as one object. The
 * three methods that choose a row format return the statement itself.
 */
export interface Statement {
  /** It returns rows, as queries, PRAGMAs and RETURNING do. */
  readonly reader: boolean;
  /** It writes to no database. */
  readonly readonly: boolean;

  run(...values: unknown[]): RunResult;
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
  /** Reads row by row. Until the last row, or an early end, nothing else may run on the connection. */
  iterate(...values: unknown[]): IterableIterator<unknown>;
  columns(): ResultColumn[];

  /** Each row is its first column. */
  pluck(on?: boolean): this;
  /** Each row is a list in place of an object. */
  raw(on?: boolean): this;
  /** Integers are bigints. */
  safeIntegers(on?: boolean): this;
}

export interface RunResult {
  /** Rows that the statement itself inserted, updated or deleted; not those of triggers and foreign keys. */
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
}

/** A column of a result. */
export interface ResultColumn {
  readonly name: string;
  /** The table and column that the value is read from; null for an expression. */
  readonly table: string | null;
  readonly column: string | null;
  /** The type as the table declares it; null for an expression. */
  readonly type: string | null;
}
