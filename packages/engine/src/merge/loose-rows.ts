import { ExactStatement } from "../file/exact-statement.js";
import { ident } from "../sql/names.js";
import { constraintError } from "./apply.js";
import type { RowReader } from "./row-reader.js";
import type { TableSides } from "./sides.js";
import { encodeValues, keyText, type Row } from "./values.js";

/**
 * Rows without a key merge as a multiset: what the source has fewer of than the base is removed, as far as the target has
 * it, and then what it has more of is added: so a row that only changed meets no unique value of its own. Whole tables
 * are read, since such rows can't be looked up.
 */
export function mergeLoose(sides: TableSides): number {
  const identity = identityOf(sides);
  const was = sides.looseBase(identity);
  const there = count(sides.source, identity);
  return removeSurplus(sides, identity, was, there) + addMissing(sides, was, there);
}

function removeSurplus(
  sides: TableSides,
  identity: (row: Row) => string,
  was: ReadonlyMap<string, number>,
  there: ReadonlyMap<string, Counted>,
): number {
  const surplus = new Map(
    [...was].flatMap(([text, times]): [string, number][] => {
      const fewer = times - (there.get(text)?.times ?? 0);
      return fewer > 0 ? [[text, fewer]] : [];
    }),
  );
  if (surplus.size === 0) return 0;
  let removed = 0;
  const remove = sides.db.prepare(`DELETE FROM ${sides.into} WHERE ${sides.table.rowid} = ?`);
  for (const { rowid, row } of [...sides.written.loose()]) {
    const text = identity(row);
    const left = surplus.get(text) ?? 0;
    if (left === 0) continue;
    surplus.set(text, left - 1);
    remove.run(rowid);
    removed++;
  }
  return removed;
}

function addMissing(sides: TableSides, was: ReadonlyMap<string, number>, there: ReadonlyMap<string, Counted>): number {
  let added = 0;
  const insert = new Map<string, ExactStatement>();
  for (const [text, { times, rows }] of there) {
    const more = times - (was.get(text) ?? 0);
    for (let i = 0; i < more; i++) {
      const given = sides.columns.flatMap((column, at) => {
        if (column.source !== null) return [{ name: ident(column.name), value: rows[i]![at] }];
        return sides.defaults.mustGive(at) ? [{ name: ident(column.name), value: sides.defaults.of(at) }] : [];
      });
      const names = given.map((each) => each.name).join(", ");
      if (!insert.has(names)) {
        const sql = `INSERT OR ABORT INTO ${sides.into} (${names}) VALUES (${given.map(() => "?").join(", ")})`;
        insert.set(names, new ExactStatement(sides.db, sql));
      }
      try {
        insert.get(names)!.run(...given.map((each) => each.value));
      } catch (error) {
        throw constraintError(error, sides.table.name, keyText(rows[i]!), sides.physical);
      }
      added++;
    }
  }
  return added;
}

/** Two rows are the same when all their values are. */
function identityOf({ defaults }: TableSides): (row: Row) => string {
  return (row) => encodeValues(row.map((value, i) => (value === undefined ? defaults.of(i) : value)));
}

interface Counted {
  times: number;
  readonly rows: Row[];
}

function count(reader: RowReader, identity: (row: Row) => string): Map<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const { row } of reader.loose()) {
    const text = identity(row);
    const known = counts.get(text);
    if (known) {
      known.times++;
      known.rows.push(row);
    } else counts.set(text, { times: 1, rows: [row] });
  }
  return counts;
}
