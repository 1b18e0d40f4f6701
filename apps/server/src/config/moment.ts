import { parsePoint } from "@heliosdb/port";
import { ConfigError } from "./option.js";

const WITH_ZONE = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}.*([Zz]|[+-]\d{2}:?\d{2})$/;

/**
 * A moment in µs since 1970, which means what it means in `AS OF`: a whole second is its end. The time zone is needed, since
 * whoever types it has another one than the store. Throws ConfigError.
 */
export function moment(name: string, text: string): number {
  try {
    const point = WITH_ZONE.test(text) ? parsePoint(text) : null;
    if (point?.kind === "timestamp") return point.until;
  } catch {
    // Every kind of mistake gets the same message below.
  }
  throw new ConfigError(
    `${name} must be a date and a time with its zone, such as 2026-11-29T12:00:00Z or 2026-11-29T13:00:00+01:00, got "${text}"`,
  );
}
