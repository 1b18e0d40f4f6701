import { type PointInTime, parsePoint } from "@heliosdb/port";

/** A schema of a request: a branch, now or at a point in time. */
export interface SchemaName {
  /** As it was sent. */
  readonly text: string;
  readonly branch: string;
  /** Undefined for the present, which can be written to. */
  readonly at: PointInTime | undefined;
}

/** Reads `branch` or `branch@point`. Throws INVALID_POINT. */
export function schemaName(text: string): SchemaName {
  const mark = text.indexOf("@");
  if (mark < 0) return { text, branch: text, at: undefined };
  return { text, branch: text.slice(0, mark), at: parsePoint(text.slice(mark + 1)) };
}
