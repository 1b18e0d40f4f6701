import type { Statement } from "../file/connection.js";
import { ident } from "../sql/names.js";
import type { RowReader } from "./row-reader.js";
import type { TableSides } from "./sides.js";
import { encodeValues, type Row } from "./values.js";

/**
 * Rows without a key merge as a multiset: what the source has more of than the base is added, what it has fewer of is
 * removed, as far as the target has it. Whole tables are read, since such rows can't be looked up.
 */
export function mergeLoose(sides: TableSides): number {
  const identity = identityOf(sides);
  const was = sides.looseBase(identity);
  const there = count(sides.source, identity);
  let merged = 0;
  const insert = new Map<string, Statement>();
  const surplus = new Map<string, number>();
  for (const [text, { times, rows }] of there) {
    const more = times - (was.get(text) ?? 0);
    for (let i = 0; i < more; i++) {
      const given = sides.columns.flatMap((column, at) =>
        column.source === null ? [] : [{ name: ident(column.name), value: rows[i]![at] }],
      );
      const names = given.map((each) => each.name).join(", ");
      if (!insert.has(names)) {
        const sql = `INSERT OR ABORT INTO main.${ident(sides.table.name)} (${names}) VALUES (${given.map(() => "?").join(", ")})`;
        insert.set(names, sides.db.prepare(sql));
      }
      insert.get(names)!.run(given.map((each) => each.value));
      merged++;
    }
  }
  for (const [text, times] of was) {
    const fewer = times - (there.get(text)?.times ?? 0);
    if (fewer > 0) surplus.set(text, fewer);
  }
  if (surplus.size === 0) return merged;
  const remove = sides.db.prepare(`DELETE FROM main.${ident(sides.table.name)} WHERE ${sides.table.rowid} = ?`);
  for (const { rowid, row } of [...sides.target.loose()]) {
    const text = identity(row);
    const left = surplus.get(text) ?? 0;
    if (left === 0) continue;
    surplus.set(text, left - 1);
    remove.run(rowid);
    merged++;
  }
  return merged;
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
