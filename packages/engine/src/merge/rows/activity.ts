import { initialValue } from "../../rows/column-default.js";
import { RowReader } from "../../rows/row-reader.js";
import { sameValue } from "../../rows/values.js";
import { type ColumnDef, storedColumns, type TableDef } from "../../schema/model.js";
import { type BaseView, candidates, type MergeSides, type Side } from "./sides.js";

/** Whether a side wrote to rows of a table since the bases. `table` is the side's version. */
export function wroteTo(side: Side, table: TableDef): boolean {
  const found = candidates(side, table);
  return found.keylessWritten || [...found.keyed.values()].some((each) => each.newest > 0 || each.above !== undefined);
}

/**
 * Whether a side changed the value of a column in some row that the bases have. With `inserted`, also whether it set a
 * value in a new row, or may have: rows without a key can't be followed. `table` and `column` are as a base has them.
 */
export function changedColumn(
  sides: MergeSides,
  side: Side,
  table: TableDef,
  column: ColumnDef,
  inserted: boolean,
): boolean {
  const now = columnReader(sides, side.state, table, column);
  const then = sides.bases.flatMap((base) => columnReader(sides, sides.views.open(base), table, column) ?? []);
  if (!now || then.length === 0) return false;
  const found = candidates(side, now.table);
  if (inserted && found.keylessWritten) return true;
  for (const { key } of found.keyed.values()) {
    const value = now.byKey(key)?.row[0];
    if (value === undefined) continue;
    const values = then.flatMap((base) => base.byKey(key)?.row ?? []);
    if (
      values.length === 0
        ? inserted && !sameValue(initialValue(column), value)
        : !values.some((was) => sameValue(was, value))
    ) {
      return true;
    }
  }
  return false;
}

/** Reads one column of a table from a state that has it. */
function columnReader(
  { identity }: MergeSides,
  state: BaseView,
  table: TableDef,
  column: ColumnDef,
): RowReader | undefined {
  const own = identity.table(state.epoch, table);
  const found = own && identity.column(own, column);
  if (!own || !found || !storedColumns(own).includes(found)) return undefined;
  return new RowReader(state.db!, state.keyed!(own), own, [found.name]);
}
