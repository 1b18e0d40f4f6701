import type { WriterContext } from "../control/context.js";
import { type Connection, openForReading } from "../file/connection.js";
import type { Location } from "../meta/branches.js";
import { PastView } from "../past/past-view.js";
import { keyedSource } from "../past/shadow-table.js";
import { epochAt } from "../schema/epochs.js";
import type { Epoch, TableDef } from "../schema/model.js";

/**
 * A state that the branch's own file doesn't lead back to: a snapshot whose history is gone, or a state that the branch
 * had before it was reset. Its rows are read whole, since no log says which of them differ.
 */
export interface ForeignState {
  readonly db: Connection;
  readonly epoch: Epoch;
  /** A table of the state as a subquery with its rowid as `_helios_k` and its stored columns. */
  keyed(table: TableDef): string;
  close(): void;
}

export function openForeignState({ views, paths }: WriterContext, location: Location, scn: number): ForeignState {
  const filed = views.filedPath(location, scn);
  if (filed !== null && scn < views.head(location.file).commits.horizon()) {
    const db = openForReading(filed);
    return { db, epoch: epochAt(db, scn), keyed: keyedSource, close: () => db.close() };
  }
  const past = new PastView(paths.branch(location.file), scn).pin();
  return { db: past.db, epoch: past.epoch, keyed: (table) => past.keyed(table), close: () => past.close() };
}
