/** The median, which outliers of a busy machine don't affect. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Milliseconds that a piece of work takes. */
export async function time(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Medians of two pieces of work, run in turn, so that both meet the same noise; the first round warms up. */
export async function sideBySide(
  rounds: number,
  ours: (round: number) => unknown,
  theirs: (round: number) => unknown,
): Promise<{ ours: number; theirs: number }> {
  const figures = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const a = await time(() => ours(round));
    const b = await time(() => theirs(round));
    if (round === 0) continue;
    figures.ours.push(a);
    figures.theirs.push(b);
  }
  return { ours: median(figures.ours), theirs: median(figures.theirs) };
}
