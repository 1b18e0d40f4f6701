import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";
import { sameName } from "../sql/names.js";
import { initialValue } from "./column-default.js";
import { encodeValues, type MergeValue, type Row, sameValue } from "./values.js";

/** A column that both versions of a table have, with its index in the rows of each. */
interface Pair {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A column that only one version has, and its value in rows for which none was given. */
interface Lone {
  readonly name: string;
  readonly uid: string;
  readonly at: number;
  readonly initial: MergeValue;
}

/**
 * Compares rows of two versions of a table. Columns are matched by uid, else by name. A column that only one version
 * has makes a difference only if a row has something other than the column's default in it: otherwise every ADD COLUMN
 * would change every row.
 */
export class ColumnPairs {
  private readonly pairs: readonly Pair[];
  private readonly added: readonly Lone[];
  private readonly dropped: readonly Lone[];
  /**
   * Both versions were given a column of the same name separately, with different defaults: then rows differ that
   * nobody ever wrote.
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

  /** Names of the columns that differ; the newer name if a column was renamed. */
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

  /** A text that is equal for two rows, one of each version, if there is no difference between them. */
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
