/** Maximum pause. */
const LONGEST_MS = 3_600_000;

/** The pause after a number of failed attempts: doubled each time, with jitter. */
export function pauseMs(attempts: number, firstMs: number): number {
  const full = Math.min(LONGEST_MS, firstMs * 2 ** Math.min(attempts - 1, 30));
  return Math.ceil(full * (0.75 + Math.random() * 0.5));
}
