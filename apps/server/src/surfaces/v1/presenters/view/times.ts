import type { Schema } from "../../../../schema/index.js";

/** Seconds since 1970, rounded down: the result names the second that contains the time. */
export function toSeconds(micros: number): number {
  return Math.floor(micros / 1e6);
}

/** Seconds since 1970 as ISO 8601 in UTC, for times that are kept as whole seconds. */
export function isoSeconds(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** How a dialect writes a time, given in microseconds since 1970. */
export interface TimeWriter<T> {
  readonly schema: Schema<T>;
  write(micros: number): T;
}
