import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";
import { sameName } from "../sql/names.js";
import { initialValue } from "./column-default.js";
import { encodeValues, type MergeValue, type Row, sameValue } from "./values.js";

/** A column that both shapes of a table have, with its place in the rows of each. */
interface Pair {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A column that one shape has alone, and what rows have in it that nobody gave anything. */
interface Lone {
  readonly name: string;
  readonly uid: string;
  readonly at: number;
  readonly initial: MergeValue;
}

/**
 * Compares rows of a table in two shapes. Columns are the same by uid, else by name. One that a shape has alone makes a
 * difference only where a row has something else in it than the column's default gives: else every ADD COLUMN would
 * change every row.
 */
export class ColumnPairs {
  private readonly pairs: readonly Pair[];
  private readonly added: readonly Lone[];
  private readonly dropped: readonly Lone[];
  /**
   * Both shapes were given a column of the same name separately, with different defaults: then rows differ that nobody
   * ever wrote to.
   */
  readonly differUnwritten: boolean;

  constructor(from: TableDef, to: TableDef) {
    const [older, newer] = [storedColumns(from), storedColumns(to)];
    const known = newer.map((column) => older.findIndex((other) => other.uid === column.uid));
    const pairs = newer.map((column, i) => {
      if (known[i]! >= 0) return known[i]!;
      return older.findIndex((other, at) => sameName(other.name, column.name) && !known.includes(at));
    });
    this.pairs = newer.flatMap(({ name }, to) => (pairs[to]! < 0 ? [] : [{ name, from: pairs[to]!, to }]));
    this.differUnwritten = this.pairs.some(({ from, to }) => {
      const [a, b] = [older[from]!, newer[to]!];
      return a.uid !== b.uid && !sameValue(initialValue(a), initialValue(b));
    });
    this.added = newer.flatMap((column, at) => (pairs[at]! < 0 ? [lone(column, at)] : []));
    this.dropped = older.flatMap((column, at) => (pairs.includes(at) ? [] : [lone(column, at)]));
  }

  /** Names of the columns that differ, by their newer name. */
  changed(from: Row, to: Row): string[] {
    return [
      ...this.pairs.filter((pair) => !sameValue(from[pair.from], to[pair.to])),
      ...this.added.filter((column) => !sameValue(to[column.at], column.initial)),
      ...this.dropped.filter((column) => !sameValue(from[column.at], column.initial)),
    ].map(({ name }) => name);
  }

  isSame(from: Row, to: Row): boolean {
    return (
      this.pairs.every((pair) => sameValue(from[pair.from], to[pair.to])) &&
      this.added.every((column) => sameValue(to[column.at], column.initial)) &&
      this.dropped.every((column) => sameValue(from[column.at], column.initial))
    );
  }

  /** A text that is the same for rows, one of each shape, between which there is no difference. */
  identity(side: "from" | "to", row: Row): string {
    const shared = encodeValues(this.pairs.map((pair) => row[pair[side]]));
    const own = (side === "from" ? this.dropped : this.added).filter(
      (column) => !sameValue(row[column.at], column.initial),
    );
    if (own.length === 0) return shared;
    return `${shared}${own.map((column) => `${column.uid}${encodeValues([row[column.at]])}`).join("")}`;
  }
}

function lone(column: ColumnDef, at: number): Lone {
  return { name: column.name, uid: column.uid, at, initial: initialValue(column) };
}
