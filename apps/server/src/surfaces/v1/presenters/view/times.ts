import type { Schema } from "../../../../schema/index.js";

/** Seconds since 1970, rounded down: the result names the second that contains the time. */
export function toSeconds(micros: number): number {
  return Math.floor(micros / 1e6);
}

/** How a dialect writes a time, given in microseconds since 1970. */
export interface TimeWriter<T> {
  readonly schema: Schema<T>;
  write(micros: number): T;
}
