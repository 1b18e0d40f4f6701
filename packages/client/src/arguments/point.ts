/** A point in time by type and value, as in a request body. */
export type TypedPoint =
  | { readonly type: "now" }
  | { readonly type: "timestamp"; readonly value: string | number | Date }
  | { readonly type: "scn" | "transaction"; readonly value: number | string }
  | { readonly type: "snapshot"; readonly value: string };

/**
 * A point in time: a Date, seconds or milliseconds since 1970, an ISO 8601 text, `"scn:42"`, `"tx:7"`, `"snapshot:…"`,
 * or `{ type, value }`. A whole second means up to its end, as times in responses are cut to seconds.
 */
export type AsOf = Date | number | string | TypedPoint;

/** Converts a point in time for a request body. */
export function bodyPoint(point: AsOf): string | number | { type: TypedPoint["type"]; value?: string | number } {
  if (point instanceof Date) return millis(point);
  if (typeof point !== "object") return point;
  if (point.type === "now") return { type: "now" };
  const { type, value } = point;
  return { type, value: value instanceof Date ? millis(value) : value };
}

/** Converts a point in time for a URL. */
export function urlPoint(point: AsOf): string {
  const body = bodyPoint(point);
  if (typeof body !== "object") return String(body);
  return body.type === "now" ? "now" : `${body.type}:${body.value}`;
}

/**
 * Milliseconds, not ISO text: the server takes a whole second in milliseconds for the whole second, but `….000Z` for an
 * instant.
 */
function millis(date: Date): number {
  const time = date.getTime();
  if (Number.isNaN(time)) throw new TypeError("Invalid asOf. Expected a valid Date, got Invalid Date.");
  return time;
}
