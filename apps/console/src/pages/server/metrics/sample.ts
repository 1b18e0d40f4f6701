import { type Metrics, sumOf } from "./parse.js";

/** What is counted at one moment. All but the moment and the gauges only grows while the server runs. */
export interface Sample {
  /** Milliseconds. */
  readonly time: number;
  /** Responses by what they say: fine, refused, failed. */
  readonly done: number;
  readonly refused: number;
  readonly failed: number;
  /** Requests that took up to so many seconds, by that bound in ascending order. */
  readonly durations: readonly (readonly [upTo: number, count: number])[];
  readonly operations: ReadonlyMap<string, { readonly count: number; readonly seconds: number }>;
  readonly waitingReads: number;
  readonly waitingWrites: number;
  readonly inFlight: number;
  /** Bytes, of all processes. */
  readonly memory: number;
}

/** Asked by machines and by this page all the time, or lasting as long as somebody looks. */
const NOT_COUNTED = new Set(["getMetrics", "getReadyz", "getLivez", "getHealth", "followEvents"]);

const REQUESTS = "heliosdb_http_requests_total";
const DURATION = "heliosdb_http_request_duration_seconds";

export function sampleOf(metrics: Metrics, time: number): Sample {
  const counts = { done: 0, refused: 0, failed: 0 };
  for (const { labels, value } of counted(metrics, REQUESTS)) counts[outcomeOf(labels.status)] += value;
  const durations = new Map<number, number>();
  for (const { labels, value } of counted(metrics, `${DURATION}_bucket`)) {
    const upTo = labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le);
    durations.set(upTo, (durations.get(upTo) ?? 0) + value);
  }
  const operations = new Map<string, { count: number; seconds: number }>();
  for (const [part, name] of [["count", `${DURATION}_count`] as const, ["seconds", `${DURATION}_sum`] as const]) {
    for (const { labels, value } of counted(metrics, name)) {
      const operation = operations.get(labels.operation ?? "") ?? { count: 0, seconds: 0 };
      operation[part] += value;
      operations.set(labels.operation ?? "", operation);
    }
  }
  const queue = "heliosdb_engine_queue_depth";
  return {
    time,
    ...counts,
    durations: [...durations].sort(([a], [b]) => a - b),
    operations,
    waitingReads: sumOf(metrics, queue, { pool: "readers" }) ?? 0,
    waitingWrites: sumOf(metrics, queue, { pool: "writers" }) ?? 0,
    inFlight: sumOf(metrics, "heliosdb_http_requests_in_flight") ?? 0,
    memory: memoryOf(metrics),
  };
}

function counted(metrics: Metrics, name: string) {
  return (metrics.get(name) ?? []).filter(({ labels }) => !NOT_COUNTED.has(labels.operation ?? ""));
}

function outcomeOf(status: string | undefined): "done" | "refused" | "failed" {
  if (status === "5xx") return "failed";
  return status === "4xx" || status === "aborted" ? "refused" : "done";
}

function memoryOf(metrics: Metrics): number {
  const names = [
    "process_resident_memory_bytes",
    "heliosdb_engine_resident_memory_bytes",
    "heliosdb_front_resident_memory_bytes",
  ];
  return names.reduce((sum, name) => sum + (sumOf(metrics, name) ?? 0), 0);
}
