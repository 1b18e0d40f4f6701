/** How often a fault is made: seldom in `npm test`, and as often as `npm run soak` says there. */
export function times(short: number): number {
  const wanted = Number(process.env.SOAK_TIMES ?? "");
  return wanted > 0 ? wanted : short;
}

/** Whether `npm run soak` runs it. */
export const IS_SOAK = process.env.SOAK_TIMES !== undefined;

/** Prints what was measured, which is what a soak is run for. */
export function figures(of: string, values: Readonly<Record<string, string | number>>): void {
  const words = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  console.log(`${of}: ${words.join(", ")}`);
}

/** Numbers between 0 and 1, other ones for each seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
