import type { ErrorCode } from "../../../errors/error-table.js";

/** Errors of a point in time. */
export const POINT_ERRORS: readonly ErrorCode[] = [
  "FIELD_CONFLICT",
  "INVALID_POINT",
  "SNAPSHOT_NOT_FOUND",
  "POINT_IN_FUTURE",
  "POINT_BEFORE_HISTORY",
  "POINT_EXPIRED",
];
