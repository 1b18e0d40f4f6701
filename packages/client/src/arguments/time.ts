/** A time: a Date, seconds or milliseconds since 1970, or an ISO 8601 text. */
export type Moment = Date | number | string;

export function wireTime(value: Moment): number | string {
  if (!(value instanceof Date)) return value;
  const time = value.getTime();
  if (Number.isNaN(time)) throw new TypeError("Invalid time. Expected a valid Date, got Invalid Date.");
  return time;
}
