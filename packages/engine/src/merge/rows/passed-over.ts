import { KEYLESS } from "../../rows/candidates.js";
import { encodeValues } from "../../rows/values.js";
import { candidates, type MergeSides, TableSides } from "./sides.js";

/** Rows that a merge leaves alone with their table, by the uid that it has on the target. */
export interface PassedOver {
  readonly uid: string;
  readonly keys: readonly string[];
}

/**
 * The source's changes to rows of tables that the caller wants as the target has them, or gone as they are there. That is
 * settled by this merge like what it does merge: when the target is merged in turn, its rows are the newer ones.
 */
export function passedOver(sides: MergeSides, kept: ReadonlySet<string>): PassedOver[] {
  const { identity, source, file, bases, views } = sides;
  return source.state.epoch.tables.flatMap((there): PassedOver[] => {
    const here = identity.table(file.epoch, there);
    if (here && !kept.has(here.uid)) return [];
    // A table that is new to the target and was not wanted has no rows there that could be newer.
    if (!here && !bases.some((base) => identity.table(views.open(base).epoch, there))) return [];
    const found = here ? new TableSides(here, sides).sourceCandidates() : candidates(source, there);
    const keys = [...found.keyed.values()].map(({ key }) => encodeValues(key));
    if (found.keyless) keys.push(KEYLESS);
    return (here ? [here.uid] : identity.uidsOf(there)).map((uid) => ({ uid, keys }));
  });
}
