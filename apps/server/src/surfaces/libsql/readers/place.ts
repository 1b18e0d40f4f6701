import { type BranchRef, type PointInTime, parsePoint } from "@heliosdb/port";

/** The branch of an address, and the point in time if it is one of the past. */
export interface Place {
  readonly branch: BranchRef;
  /** Null for the branch as it is. */
  readonly at: PointInTime | null;
}

/** Reads `name`, or `name@point`. No branch has an `@` in its name. Throws INVALID_POINT. */
export function placeOf(text: string): Place {
  const at = text.indexOf("@");
  if (at < 0) return { branch: text, at: null };
  return { branch: text.slice(0, at), at: parsePoint(text.slice(at + 1)) };
}
