import type { Value } from "@heliosdb/port";

/** The numbers of one statement, and its two values as they stand in its text: `v` was never used before, `x` is an odd one. */
export interface Numbers {
  readonly key: number;
  readonly other: number;
  readonly v: string;
  readonly x: string;
}

/**
 * The SQL of a statement. What it does must follow from the rows alone: where a merge put them is no part of a state, so
 * the order in which a table is scanned may differ.
 */
export type Template = (numbers: Numbers) => string;

/** What stands around a table: an index, a trigger or a view, with the other tables that it names. */
export interface Around {
  readonly sql: string;
  readonly needs?: readonly string[];
}

/** A table of the model with all that can be done to it. A history plays with some of them. */
export interface Kind {
  readonly name: string;
  /** What follows the name in CREATE TABLE; `self` is the name as it stands in SQL. */
  readonly body: (self: string) => string;
  readonly columns: readonly string[];
  /** Positions of the declared key; empty for none. */
  readonly key: readonly number[];
  /** Of the key's columns, where they are not BINARY. */
  readonly collations?: readonly ("BINARY" | "NOCASE" | "RTRIM")[];
  /** The key is the rowid, which SQLite gives out by itself. */
  readonly numbered?: boolean;
  /** Positions of generated columns. */
  readonly generated?: readonly number[];
  /** Tables that it refers to. */
  readonly needs?: readonly string[];
  readonly around?: readonly Around[];
  readonly writes: readonly Template[];
  /** Changes to its schema that are its own; every table is also dropped, made, renamed and rebuilt. */
  readonly ddl?: readonly Template[];
}

export interface Statement {
  readonly sql: string;
  readonly params: readonly Value[];
}
