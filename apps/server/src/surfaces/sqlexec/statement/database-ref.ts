import { type BranchRef, MAIN_BRANCH, type PointInTime, parsePoint } from "@heliosdb/port";

/** Where a statement runs. */
export interface Place {
  readonly branch: BranchRef;
  /** Null for the branch as it is; anything else can only be read. */
  readonly at: PointInTime | null;
}

/** Reads `name`, or `name@point`; none means the default branch. Throws INVALID_POINT. */
export function placeOf(database: string | null): Place {
  const [branch, point] = partsOf(database);
  return { branch, at: point === null ? null : parsePoint(point) };
}

/** The branch that a text names, whatever its point is. */
export function branchOf(database: string | null): BranchRef {
  return partsOf(database)[0];
}

/** No branch has an `@` in its name. */
function partsOf(database: string | null): [branch: BranchRef, point: string | null] {
  if (database === null || database === "") return [MAIN_BRANCH, null];
  const at = database.indexOf("@");
  return at < 0 ? [database, null] : [database.slice(0, at), database.slice(at + 1)];
}
