import { percentile } from "../times.js";

/** How long writes had to wait, by what they waited for. */
export class Waits {
  private readonly of = new Map<string, number[]>();

  add(way: string, ms: number): void {
    this.of.set(way, [...(this.of.get(way) ?? []), ms]);
  }

  figures(): Record<string, string> {
    return Object.fromEntries([...this.of].map(([way, all]) => [way, summary(all)]));
  }
}

function summary(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b);
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return `${all.length} × (median ${seconds(percentile(sorted, 0.5))} s, longest ${seconds(sorted.at(-1)!)} s)`;
}
