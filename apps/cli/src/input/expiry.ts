import { InvalidArgumentError } from "commander";
import { secondsOrNull } from "./duration.js";

/** As help says it. */
export const EXPIRY = "seconds since 1970, ISO 8601, or a duration from now such as 12h or 7d";

/** An expiry: a time for the server to parse, or a Date if it is relative to now. */
export function expiry(text: string): Date | number | string {
  const age = secondsOrNull(text);
  if (age !== null) return new Date(Date.now() + age * 1000);
  if (/^\d+$/.test(text)) return Number(text);
  if (/^\d{4}-/.test(text)) return text;
  throw new InvalidArgumentError(`Expected ${EXPIRY}.`);
}

/** The same, or "never", since an option can't be null. */
export function expiryOrNever(text: string): Date | number | string {
  return text === "never" ? text : expiry(text);
}
