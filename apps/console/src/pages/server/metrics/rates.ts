import type { ChartData } from "../../../chart/chart-data.js";
import type { Sample } from "./sample.js";

/** What happened between two samples. */
export interface Rate {
  readonly time: number;
  /** Requests a second. */
  readonly done: number;
  readonly refused: number;
  readonly failed: number;
  /** Milliseconds; null without requests. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** Null where the server has started again in between, so that it counts from 0. */
export function rateOf(before: Sample, after: Sample): Rate | null {
  const seconds = (after.time - before.time) / 1000;
  const counts = (["done", "refused", "failed"] as const).map((name) => (after[name] - before[name]) / seconds);
  if (seconds <= 0 || counts.some((count) => count < 0)) return null;
  const [done = 0, refused = 0, failed = 0] = counts;
  const known = new Map(before.durations);
  const buckets = after.durations.map(([upTo, count]) => [upTo, count - (known.get(upTo) ?? 0)] as const);
  const [p50 = null, p95 = null, p99 = null] = [0.5, 0.95, 0.99].map((part) => quantile(buckets, part));
  return { time: after.time, done, refused, failed, p50, p95, p99 };
}

/**
 * Milliseconds within which a part of the requests ended, as far as the bounds tell: within one, they are taken to be
 * evenly spread.
 * @param buckets requests up to a bound in seconds, each with those of the smaller bounds
 */
export function quantile(buckets: readonly (readonly [upTo: number, count: number])[], part: number): number | null {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total <= 0) return null;
  const wanted = total * part;
  let [low, below] = [0, 0];
  for (const [upTo, count] of buckets) {
    if (count >= wanted) {
      if (upTo === Number.POSITIVE_INFINITY) return low * 1000;
      return (low + ((upTo - low) * (wanted - below)) / Math.max(1e-9, count - below)) * 1000;
    }
    [low, below] = [upTo, count];
  }
  return low * 1000;
}

export interface OperationRate {
  readonly operation: string;
  readonly count: number;
  /** Milliseconds. */
  readonly mean: number;
  /** Of the time that all took. */
  readonly share: number;
}

/** What the server was busy with between two samples, the most first. */
export function operationRates(before: Sample, after: Sample): readonly OperationRate[] {
  const some = [...after.operations].flatMap(([operation, { count, seconds }]) => {
    const earlier = before.operations.get(operation) ?? { count: 0, seconds: 0 };
    const [more, time] = [count - earlier.count, seconds - earlier.seconds];
    return more > 0 && time >= 0 ? [{ operation, count: more, time }] : [];
  });
  const all = some.reduce((sum, { time }) => sum + time, 0);
  return some
    .sort((a, b) => b.time - a.time)
    .map(({ operation, count, time }) => ({
      ...{ operation, count, mean: (time / count) * 1000 },
      share: all === 0 ? 0 : time / all,
    }));
}

/** What is in sight of a live chart. */
const WINDOW_MS = 300_000;
/** As long as there is little to see yet. */
const LEAST_MS = 30_000;

/** The series of a chart over the time of the samples. */
export function chartOf<T extends { readonly time: number }>(
  entries: readonly T[],
  series: readonly (readonly [name: string, value: (entry: T) => number | null])[],
): ChartData {
  const end = entries.at(-1)?.time ?? 0;
  const begin = Math.max(end - WINDOW_MS, Math.min(entries[0]?.time ?? end, end - LEAST_MS));
  return {
    domain: [begin, end],
    kind: "time",
    xs: entries.map(({ time }) => time),
    series: series.map(([name, value]) => ({ name, values: entries.map(value) })),
  };
}
