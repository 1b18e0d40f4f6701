/** How often each way comes in a soak of its full length. */
export const WAYS = {
  killed: 50,
  frozen: 20,
  stopped: 10,
  "store's primary killed": 20,
  "store's machine lost": 5,
  "store out of reach": 5,
  "store out of reach of all": 5,
} as const;

export type Way = keyof typeof WAYS;

/** So many ways, some of each and the rest in proportion, mixed evenly. */
export function schedule(times: number, possible: readonly Way[]): Way[] {
  const counts = new Map(possible.slice(0, times).map((way) => [way, 1]));
  for (let left = times - counts.size; left > 0; left--) {
    // Whichever is furthest behind its part.
    const [next] = [...counts].sort(([a, x], [b, y]) => x / WAYS[a] - y / WAYS[b])[0]!;
    counts.set(next, counts.get(next)! + 1);
  }
  return [...counts]
    .flatMap(([way, count]) => Array.from({ length: count }, (_, i) => ({ way, at: (i + 0.5) / count })))
    .sort((a, b) => a.at - b.at)
    .map(({ way }) => way);
}
