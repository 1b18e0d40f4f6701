import type { Metric } from "prom-client";

export type Labels = { readonly [name: string]: string | number };
type Sample = readonly [labels: Labels, value: number];

/**
 * One metric with values that were counted elsewhere. prom-client's own counters store their values by the text of
 * their labels, which costs more for each request than the rest of the counting. The page only calls `get` on a metric.
 */
export class Family {
  constructor(
    readonly name: string,
    private readonly help: string,
    private readonly type: "counter" | "gauge" | "histogram",
    private readonly samples: readonly (readonly [suffix: string, ...Sample])[],
  ) {}

  asMetric(): Metric {
    const { name, help, type, samples } = this;
    const values = samples.map(([suffix, labels, value]) => ({ metricName: name + suffix, labels, value }));
    const metric = { name, help, type, get: async () => ({ name, help, type, values, aggregator: "sum" }) };
    return metric as unknown as Metric;
  }
}

export function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return new Family(
    name,
    help,
    "counter",
    samples.map(([labels, value]) => ["", labels, value]),
  );
}

export function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return new Family(
    name,
    help,
    "gauge",
    samples.map(([labels, value]) => ["", labels, value]),
  );
}

export interface Distribution {
  readonly labels: Labels;
  /** The number of values between each bound and the previous one, and the number above the last. */
  readonly counts: readonly number[];
  readonly sum: number;
}

export function histogram(
  name: string,
  help: string,
  bounds: readonly number[],
  distributions: readonly Distribution[],
): Family {
  const samples = distributions.flatMap(({ labels, counts, sum }) => {
    let total = 0;
    const buckets = counts.map((count, index) => {
      total += count;
      return ["_bucket", { ...labels, le: bounds[index] ?? "+Inf" }, total] as const;
    });
    return [...buckets, ["_sum", labels, sum] as const, ["_count", labels, total] as const];
  });
  return new Family(name, help, "histogram", samples);
}
