import { HeliosError } from "@heliosdb/port";
import type { Epoch, TableDef } from "../schema/model.js";
import { sameName } from "../sql/names.js";

/** A table as two states have it; null where one does not. */
export interface TablePair {
  readonly from: TableDef | null;
  readonly to: TableDef | null;
}

/** Tables are the same by uid, else by name. In the order of their names. */
export function pairTables(from: Epoch, to: Epoch): TablePair[] {
  const byUid = (epoch: Epoch, table: TableDef) => epoch.tables.find((other) => other.uid === table.uid);
  const pairs = to.tables.map((table): TablePair => {
    const same = byUid(from, table);
    const named = from.tables.find((other) => sameName(other.name, table.name) && !byUid(to, other));
    return { from: same ?? named ?? null, to: table };
  });
  const gone = from.tables.filter((table) => !pairs.some((pair) => pair.from === table));
  return [...gone.map((table): TablePair => ({ from: table, to: null })), ...pairs].sort((a, b) =>
    nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0,
  );
}

/** By its newer name. */
export function nameOf(pair: TablePair): string {
  return (pair.to ?? pair.from)!.name;
}

/** The pairs that a caller asks for, by the name on either side; throws TABLE_NOT_FOUND for one that neither has. */
export function pairsNamed(pairs: readonly TablePair[], names: readonly string[]): TablePair[] {
  const isCalled = ({ from, to }: TablePair, name: string) =>
    [from, to].some((table) => table !== null && sameName(table.name, name));
  for (const name of names) {
    if (pairs.some((pair) => isCalled(pair, name))) continue;
    throw new HeliosError("TABLE_NOT_FOUND", `Table '${name}' is in neither state.`, { table: name });
  }
  return pairs.filter((pair) => names.some((name) => isCalled(pair, name)));
}

/** Whether rows of both can be told to be the same row: by the same key, or in both by none. */
export function isComparable(from: TableDef, to: TableDef): boolean {
  return (
    (from.rowidColumn === null) === (to.rowidColumn === null) &&
    from.primaryKey.length === to.primaryKey.length &&
    from.collations.every((collation, i) => sameName(collation, to.collations[i] ?? "")) &&
    from.primaryKey.every((name, i) => {
      const [a, b] = [from.columns.find((column) => column.name === name), to.primaryKey[i]];
      return sameName(name, b!) || a?.uid === to.columns.find((column) => column.name === b)?.uid;
    })
  );
}
