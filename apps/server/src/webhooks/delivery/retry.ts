/** Pauses grow no longer than this. */
const LONGEST_MS = 3_600_000;

/** How long to wait after so many failed attempts: twice as long each time, and never exactly so long as others. */
export function pauseMs(attempts: number, firstMs: number): number {
  const full = Math.min(LONGEST_MS, firstMs * 2 ** Math.min(attempts - 1, 30));
  return Math.ceil(full * (0.75 + Math.random() * 0.5));
}
