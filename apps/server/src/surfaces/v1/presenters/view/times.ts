import type { Schema } from "../../../../schema/index.js";

/** Seconds since 1970, cut: the time names the second that the moment lies in. */
export function toSeconds(micros: number): number {
  return Math.floor(micros / 1e6);
}

/** How a dialect writes a moment, given in microseconds since 1970. */
export interface TimeWriter<T> {
  readonly schema: Schema<T>;
  write(micros: number): T;
}
