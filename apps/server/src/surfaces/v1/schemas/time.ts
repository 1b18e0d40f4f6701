import { parseTypedPoint } from "@heliosdb/port";
import { custom, named, type Schema } from "../../../schema/index.js";
import { invalid, refused } from "../../../schema/invalid.js";

const schema = {
  description:
    "A time: seconds since 1970 (a number from 10^11 on is milliseconds), or ISO 8601. A number may also be sent as a string.",
  oneOf: [
    { type: "number", example: 1767225600 },
    { type: "string", example: "2026-01-01T00:00:00Z" },
  ],
};

/** A time as microseconds since 1970: the first instant of the given unit. */
export const time: Schema<number> = named(
  "Moment",
  custom(schema, (value, path) => spanOf(value, path).first),
);

/** The last microsecond of a given time: for a whole second, its last. */
export const timeEnd: Schema<number> = {
  ...time,
  parse: (value, path) => spanOf(value, path).last,
};

/** The first and last microsecond of a time, which are equal only if it was given that exactly. */
function spanOf(value: unknown, path: string): { first: number; last: number } {
  if (typeof value !== "number" && typeof value !== "string") throw invalid(path, "a number or a string", value);
  const last = lastMicrosecond(value, path);
  const isExact = typeof value === "number" ? !Number.isInteger(value) : /^\s*\d+\.\d+\s*$|[.,]\d{4,}/.test(value);
  const unit = isExact ? 1 : last % 1e6 === 999_999 ? 1e6 : last % 1e3 === 999 ? 1e3 : 1;
  return { first: last - unit + 1, last };
}

function lastMicrosecond(value: number | string, path: string): number {
  try {
    const point = parseTypedPoint("timestamp", value);
    if (point.kind === "timestamp") return point.until;
  } catch {
    // Points in time have more notations than times, and their messages name them all.
  }
  const blank = typeof value === "string" && /\d \d\d:?\d\d$/.test(value) ? '; encode the "+" of an offset as %2B' : "";
  throw refused(path, `must be seconds or milliseconds since 1970 or an ISO 8601 time, got '${value}'${blank}`);
}
