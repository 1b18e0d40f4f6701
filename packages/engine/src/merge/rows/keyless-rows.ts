import { encodeValues, keyText, type MergeValue, type Row } from "../../rows/values.js";
import { ident } from "../../sql/names.js";
import { ExactStatement } from "../../values/exact-statement.js";
import { constraintError } from "../schema/constraint.js";
import type { TableSides } from "./sides.js";

/** The merge's changes to rows without a key. */
export interface KeylessChanges {
  /** Rowids of rows in the target that are deleted. */
  readonly removed: readonly bigint[];
  readonly added: readonly Row[];
}

/**
 * Rows without a key merge as a multiset: rows that the source has less often than the base are deleted, as far as the
 * target has them, and rows that it has more often are inserted. Whole tables are read, since such rows can't be looked
 * up.
 */
export function planKeyless(sides: TableSides): KeylessChanges {
  const identity = identityOf(sides);
  const was = sides.keylessBase(identity);
  const there = count(sides, identity);
  return {
    removed: surplus(sides, identity, was, there),
    added: [...there].flatMap(([text, { rows }]) => rows.slice(was.get(text) ?? 0)),
  };
}

function surplus(
  sides: TableSides,
  identity: (row: Row) => string,
  was: ReadonlyMap<string, number>,
  there: ReadonlyMap<string, Counted>,
): bigint[] {
  const fewer = new Map(
    [...was].flatMap(([text, times]): [string, number][] => {
      const less = times - (there.get(text)?.times ?? 0);
      return less > 0 ? [[text, less]] : [];
    }),
  );
  if (fewer.size === 0) return [];
  const rowids: bigint[] = [];
  for (const { rowid, row } of sides.target.keyless()) {
    const text = identity(row);
    const left = fewer.get(text) ?? 0;
    if (left === 0) continue;
    fewer.set(text, left - 1);
    rowids.push(rowid!);
  }
  return rowids;
}

/** If the table is rebuilt, such rows are not copied in the first place, since they may no longer fit it. */
export function removeKeyless({ db, into, table }: TableSides, { removed }: KeylessChanges): void {
  if (removed.length === 0) return;
  const remove = db.prepare(`DELETE FROM ${into} WHERE ${table.rowid} = ?`);
  for (const rowid of removed) remove.run(rowid);
}

/** Call after the deletes, so that a changed row doesn't collide with its own old unique value. */
export function addKeyless(sides: TableSides, { added }: KeylessChanges): void {
  const given = sides.columns.flatMap((column, at): { name: string; value: (row: Row) => MergeValue }[] => {
    if (column.source !== null) return [{ name: ident(column.name), value: (row) => row[at] }];
    return sides.defaults.mustGive(at) ? [{ name: ident(column.name), value: () => sides.defaults.of(at) }] : [];
  });
  if (added.length === 0) return;
  const names = given.map(({ name }) => name).join(", ");
  // Where the target dropped every column that the source has, what is left of a row are the defaults of the others.
  const values = given.length === 0 ? "DEFAULT VALUES" : `(${names}) VALUES (${given.map(() => "?").join(", ")})`;
  const insert = new ExactStatement(sides.db, `INSERT OR ABORT INTO ${sides.into} ${values}`);
  for (const row of added) {
    try {
      insert.run(...given.map(({ value }) => value(row)));
    } catch (error) {
      throw constraintError(error, sides.table.name, keyText(row), sides.physical);
    }
  }
}

/** Two rows are the same if all their values are. */
function identityOf({ defaults }: TableSides): (row: Row) => string {
  return (row) => encodeValues(row.map((value, i) => (value === undefined ? defaults.of(i) : value)));
}

interface Counted {
  times: number;
  readonly rows: Row[];
}

function count({ source, memory }: TableSides, identity: (row: Row) => string): Map<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const { row } of source.keyless()) {
    memory.add(row);
    const text = identity(row);
    const known = counts.get(text);
    if (known) {
      known.times++;
      known.rows.push(row);
    } else counts.set(text, { times: 1, rows: [row] });
  }
  return counts;
}
