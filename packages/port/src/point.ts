import { HeliosError } from "./errors.js";

/**
 * A point in time, in the one canonical form that everything behind the surface uses.
 *
 * `until` is in microseconds since 1970 and inclusive: a timestamp names the state after the last commit at or before
 * it. A time given in seconds means up to the end of that second, one given in milliseconds up to the end of that
 * millisecond, because a time in a response is cut to that unit and must name the state it came from.
 */
export type PointInTime =
  | { readonly kind: "now" }
  | { readonly kind: "timestamp"; readonly until: number }
  | { readonly kind: "scn"; readonly scn: number }
  | { readonly kind: "transaction"; readonly scn: number }
  | { readonly kind: "snapshot"; readonly id: string };

export const NOW: PointInTime = { kind: "now" };

/** The types of a point in time, as in `as_of.type` and `as_of_type`. */
export const POINT_TYPES = ["now", "timestamp", "transaction", "scn", "snapshot"] as const;

/** Smaller numbers are seconds since 1970, others milliseconds. */
const FIRST_MILLISECOND_NUMBER = 1e11;
/** The notations that an error lists. */
const TIME_FORMS = "seconds since 1970 or ISO 8601";
const POINT_FORMS = "seconds since 1970, ISO 8601, scn:N, tx:N or snapshot:ID";
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|z|[+-]\d{2}:?\d{2}| \d{2}:?\d{2})?$/;

/** Parses `{type, value}` of a request body, or `as_of_type` and `as_of_value` of a URL. Throws INVALID_POINT. */
export function parseTypedPoint(type: string, value: unknown): PointInTime {
  switch (type.toLowerCase()) {
    case "now":
      if (value !== undefined && value !== null) throw invalid(shown(value), `no value with the type "now"`);
      return NOW;
    case "timestamp":
    case "system_time":
      return { kind: "timestamp", until: parseTimestamp(value) };
    case "transaction":
      return { kind: "transaction", scn: parseNumber("transaction", value, /^tx_/i) };
    case "scn":
      return { kind: "scn", scn: parseNumber("scn", value) };
    case "snapshot":
      return { kind: "snapshot", id: parseSnapshot(value) };
    default:
      throw new HeliosError(
        "INVALID_POINT",
        `Unknown type of a point in time "${type}". Expected one of ${POINT_TYPES.join(", ")}.`,
      );
  }
}

/**
 * Parses an untyped point in time: a number, or a text from a URL, after the `@` of `branch@point`, or in `--as-of`:
 * seconds or milliseconds, ISO 8601, `now`, `scn:42`, `tx:7`, `tx_7`, `transaction:7`, `timestamp:…`, `snapshot:…`,
 * `snap_…`. Throws INVALID_POINT.
 */
export function parsePoint(value: unknown): PointInTime {
  if (typeof value === "number") return { kind: "timestamp", until: parseTimestamp(value) };
  if (typeof value !== "string" || value.trim() === "") {
    throw invalid(shown(value), POINT_FORMS);
  }
  const text = value.trim();
  if (text.toLowerCase() === "now") return NOW;
  if (/^snap_/i.test(text)) return { kind: "snapshot", id: parseSnapshot(text) };
  if (/^tx_/i.test(text)) return parseTypedPoint("transaction", text);
  const tagged = /^(scn|tx|transaction|snapshot|timestamp):(.*)$/is.exec(text);
  if (tagged) {
    const tag = tagged[1]!.toLowerCase();
    return parseTypedPoint(tag === "tx" ? "transaction" : tag, tagged[2]!);
  }
  return { kind: "timestamp", until: parseTimestamp(text) };
}

/** The snapshot id of a commit: every commit has one. */
export function snapshotId(scn: number): string {
  return `snap_${scn.toString(36)}`;
}

/** The SCN in a snapshot id (`snap_<scn in base 36>`), or null for any other text. */
export function snapshotScn(id: string): number | null {
  const match = /^snap_([0-9a-z]{1,11})$/.exec(id);
  if (!match) return null;
  const scn = Number.parseInt(match[1]!, 36);
  return Number.isSafeInteger(scn) && scn > 0 ? scn : null;
}

/** A point in time as a user would type it; the inverse of parsePoint. */
export function formatPoint(point: PointInTime): string {
  switch (point.kind) {
    case "now":
      return "now";
    case "timestamp":
      return formatMicros(point.until);
    case "scn":
      return `scn:${point.scn}`;
    case "transaction":
      return `tx:${point.scn}`;
    case "snapshot":
      return `snapshot:${point.id}`;
  }
}

/**
 * Microseconds since 1970 as ISO 8601 in UTC, always with six digits: with fewer, it would be read as a whole
 * millisecond or second, in which later commits may lie.
 */
export function formatMicros(micros: number): string {
  const seconds = Math.floor(micros / 1e6);
  const fraction = String(micros - seconds * 1e6).padStart(6, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

function parseTimestamp(value: unknown): number {
  if (typeof value === "number") return fromNumber(value, String(value));
  if (typeof value !== "string") throw invalid(shown(value), TIME_FORMS);
  const text = value.trim();
  if (/^-?\d+(\.\d+)?$/.test(text)) return fromNumber(Number(text), text);
  return fromIso(text);
}

function fromNumber(value: number, text: string): number {
  if (!Number.isFinite(value) || value < 0 || value > 1e14) throw invalid(`"${text}"`, "a time from 1970 on");
  const unit = value < FIRST_MILLISECOND_NUMBER ? 1e6 : 1e3;
  if (!Number.isInteger(value)) return Math.round(value * unit);
  // A whole second written in milliseconds is still a whole second.
  const precision = unit === 1e3 && value % 1000 === 0 ? 1e6 : unit;
  return value * unit + precision - 1;
}

function fromIso(text: string): number {
  const match = ISO.exec(text);
  if (!match) throw invalid(`"${text}"`, POINT_FORMS);
  const [, year, month, day, hour = "00", minute = "00", second, fraction, zone] = match;
  if (zone?.startsWith(" ")) {
    throw invalid(`"${text}"`, 'an offset such as +02:00; in a URL, send the "+" as %2B');
  }
  const offset =
    zone === undefined || /^z$/i.test(zone) ? "Z" : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const millis = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second ?? "00"}${offset}`);
  const calendar = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (Number.isNaN(millis) || calendar.getUTCMonth() !== Number(month) - 1)
    throw invalid(`"${text}"`, "a date of the calendar");
  const base = millis * 1000;
  if (fraction === undefined) {
    const unit = match[4] === undefined ? 86_400e6 : second === undefined ? 60e6 : 1e6;
    // A date or a minute means its first instant, as people read it; a second means the whole second.
    return unit === 1e6 ? base + 1e6 - 1 : base;
  }
  const micros = Number(fraction.slice(0, 6).padEnd(6, "0"));
  return base + micros + (fraction.length <= 3 ? 10 ** 3 - 1 : 0);
}

function parseNumber(what: string, value: unknown, prefix?: RegExp): number {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  const digits = prefix ? text.replace(prefix, "") : text;
  const number = Number(digits);
  if (!/^\d+$/.test(digits) || !Number.isSafeInteger(number) || number < 1) {
    throw invalid(shown(value), `a positive integer as the ${what}`);
  }
  return number;
}

function parseSnapshot(value: unknown): string {
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]{1,100}$/.test(value.trim())) {
    throw invalid(shown(value), "the id or the name of a snapshot");
  }
  return value.trim();
}

function shown(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `given` is the value as the user typed it, in quotes if it is text. */
function invalid(given: string, expected: string): HeliosError {
  return new HeliosError("INVALID_POINT", `Invalid point in time ${given}. Expected ${expected}.`);
}
