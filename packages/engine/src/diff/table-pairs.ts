import { HeliosError } from "@heliosdb/port";
import type { Epoch, TableDef } from "../schema/model.js";
import { sameName } from "../sql/names.js";

/** A table in two states; null where it does not exist. */
export interface TablePair {
  readonly from: TableDef | null;
  readonly to: TableDef | null;
}

/** Tables are matched by uid, else by name. Sorted by name. */
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

/** The name of the pair: the newer one. */
export function nameOf(pair: TablePair): string {
  return (pair.to ?? pair.from)!.name;
}

/** The requested pairs, by the name on either side. Throws TABLE_NOT_FOUND for a name that neither side has. */
export function pairsNamed(pairs: readonly TablePair[], names: readonly string[]): TablePair[] {
  const isCalled = ({ from, to }: TablePair, name: string) =>
    [from, to].some((table) => table !== null && sameName(table.name, name));
  for (const name of names) {
    if (pairs.some((pair) => isCalled(pair, name))) continue;
    throw new HeliosError("TABLE_NOT_FOUND", `Table '${name}' is in neither state.`, { table: name });
  }
  return pairs.filter((pair) => names.some((name) => isCalled(pair, name)));
}

/** Whether rows of both can be matched: by the same key, or by none in both. */
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
