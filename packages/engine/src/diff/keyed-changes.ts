import type { ColumnPairs } from "../rows/column-pairs.js";
import type { Row } from "../rows/values.js";
import { compareKeys, sortKeys } from "./key-order.js";
import type { SideRows } from "./side-rows.js";

export interface KeyedChanges {
  /** Keys of the rows that differ, in order. */
  readonly keys: readonly Row[];
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

interface Compared {
  readonly key: Row;
  readonly from: Row | undefined;
  readonly to: Row | undefined;
}

/** Those of the keys whose rows differ. */
export function changesAt(from: SideRows, to: SideRows, columns: ColumnPairs, keys: Iterable<Row>): KeyedChanges {
  const { keys: changed, ...counts } = collect(columns, lookUp(from, to, keys));
  return { keys: sortKeys(to.table, changed), ...counts };
}

/** All rows that differ, if nothing limits the candidates. */
export function changesOfAll(from: SideRows, to: SideRows, columns: ColumnPairs): KeyedChanges {
  return collect(columns, sideBySide(from, to));
}

function collect(columns: ColumnPairs, rows: Iterable<Compared>): KeyedChanges {
  const keys: Row[] = [];
  let [inserted, updated, deleted] = [0, 0, 0];
  for (const { key, from, to } of rows) {
    if (from === undefined && to === undefined) continue;
    if (from === undefined) inserted++;
    else if (to === undefined) deleted++;
    else if (columns.isSame(from, to)) continue;
    else updated++;
    keys.push(key);
  }
  return { keys, inserted, updated, deleted };
}

function* lookUp(from: SideRows, to: SideRows, keys: Iterable<Row>): Iterable<Compared> {
  for (const key of keys) yield { key, from: from.row(key), to: to.row(key) };
}

/** Reads both sides in the order of the key, once each. */
function* sideBySide(from: SideRows, to: SideRows): Iterable<Compared> {
  const [left, right] = [from, to].map((side) => side.inKeyOrder()[Symbol.iterator]()) as [Keyed, Keyed];
  try {
    let [a, b] = [left.next(), right.next()];
    while (!a.done || !b.done) {
      const order = a.done ? 1 : b.done ? -1 : compareKeys(to.table, a.value.key, b.value.key);
      const [here, there] = [order <= 0 && !a.done ? a.value : null, order >= 0 && !b.done ? b.value : null];
      yield { key: (there ?? here)!.key, from: here?.row, to: there?.row };
      if (here) a = left.next();
      if (there) b = right.next();
    }
  } finally {
    left.return?.();
    right.return?.();
  }
}

type Keyed = Iterator<{ readonly key: Row; readonly row: Row }>;
