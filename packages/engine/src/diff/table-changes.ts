import type { ColumnPairs } from "../rows/column-pairs.js";
import type { Row } from "../rows/values.js";
import { changesAt, changesOfAll, type KeyedChanges } from "./keyed-changes.js";
import { type KeylessChange, keylessChanges, keylessRowids } from "./keyless-changes.js";
import type { SideRows } from "./side-rows.js";

/** Where one table differs: only the places, no rows. */
export interface TableChanges {
  readonly keyless: readonly KeylessChange[];
  readonly keys: readonly Row[];
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

const NO_KEYS: KeyedChanges = { keys: [], inserted: 0, updated: 0, deleted: 0 };

/**
 * Finds the differences between two sides of a table. `since` is their common commit: only changes after it are
 * considered. It is null if the table was created separately on each side; then every row is compared.
 */
export function findChanges(from: SideRows, to: SideRows, columns: ColumnPairs, since: number | null): TableChanges {
  const all = since === null || columns.differUnwritten;
  const sides = all ? [] : [from, to].filter((side) => side.isTouched(since));
  if (!all && sides.length === 0) return total(NO_KEYS, []);
  const hasKey = to.table.primaryKey.length > 0;
  if (all) {
    const rowids = [...keylessRowids(from), ...keylessRowids(to)];
    return total(hasKey ? changesOfAll(from, to, columns) : NO_KEYS, keylessChanges(from, to, columns, rowids));
  }
  const found = hasKey ? sides.map((side) => side.changedKeys(since)) : [];
  const keys = new Map(found.flatMap((side) => [...side.keys]));
  const keyed = changesAt(from, to, columns, keys.values());
  if (hasKey && !found.some((side) => side.keyless)) return total(keyed, []);
  const rowids = sides.flatMap((side) => side.changedRowids(since));
  return total(keyed, keylessChanges(from, to, columns, rowids));
}

function total(keyed: KeyedChanges, keyless: readonly KeylessChange[]): TableChanges {
  const gone = keyless.filter(({ side }) => side === "from").length;
  return {
    keyless,
    ...{ keys: keyed.keys, updated: keyed.updated },
    ...{ inserted: keyed.inserted + keyless.length - gone, deleted: keyed.deleted + gone },
  };
}
