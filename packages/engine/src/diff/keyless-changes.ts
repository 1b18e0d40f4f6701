import type { ColumnPairs } from "../rows/column-pairs.js";
import type { SideRows } from "./side-rows.js";

/** A row without a key that one side has more often. */
export interface KeylessChange {
  readonly side: "from" | "to";
  readonly rowid: bigint;
}

/**
 * Rows without a key are compared as multisets: a row that both sides have equally often is no difference, wherever it
 * is. Sorted by rowid; for an updated row, the old version comes first.
 */
export function keylessChanges(
  from: SideRows,
  to: SideRows,
  columns: ColumnPairs,
  rowids: Iterable<bigint>,
): KeylessChange[] {
  const removed: { rowid: bigint; text: string }[] = [];
  const added = new Map<string, bigint[]>();
  const ordered = [...new Set(rowids)].sort((a, b) => (a < b ? -1 : 1));
  for (const rowid of ordered) {
    const [was, is] = [textOf(from, "from", columns, rowid), textOf(to, "to", columns, rowid)];
    if (was === is) continue;
    if (was !== null) removed.push({ rowid, text: was });
    if (is === null) continue;
    const equal = added.get(is);
    if (equal) equal.push(rowid);
    else added.set(is, [rowid]);
  }
  const gone = removed.filter(({ text }) => added.get(text)?.pop() === undefined);
  const come = [...added.values()].flat();
  return [
    ...gone.map(({ rowid }): KeylessChange => ({ side: "from", rowid })),
    ...come.map((rowid): KeylessChange => ({ side: "to", rowid })),
  ].sort((a, b) => (a.rowid === b.rowid ? (a.side === "from" ? -1 : 1) : a.rowid < b.rowid ? -1 : 1));
}

/** Rowids of all rows without a key. */
export function keylessRowids(side: SideRows): bigint[] {
  const { table, reader } = side;
  if (table.withoutRowid || table.rowidColumn !== null) return [];
  return [...reader.keyless()].map(({ rowid }) => rowid!);
}

function textOf(side: SideRows, which: "from" | "to", columns: ColumnPairs, rowid: bigint): string | null {
  const found = side.reader.byRowid(rowid);
  return found && side.isKeyless(found) ? columns.identity(which, found.row) : null;
}
