/** Seconds since 1970, cut: the time names the second that the moment lies in. */
export function toSeconds(micros: number): number {
  return Math.floor(micros / 1e6);
}
