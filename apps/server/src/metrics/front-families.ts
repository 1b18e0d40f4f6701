import { counter, type Family, gauge } from "./family.js";

/** A process that accepts connections. */
export interface FrontFigures {
  readonly isReady: boolean;
  readonly restarts: number;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** The processes that accept connections. */
export interface FrontsSource {
  /** Resolves when what they have counted is here. */
  count(): Promise<void>;
  readonly states: readonly FrontFigures[];
  /** Requests in hand that they answer themselves. */
  readonly inFlight: number;
}

/** Metrics of the fronts, by their numbers from 1 on; none without fronts. */
export function frontFamilies(fronts: readonly FrontFigures[]): Family[] {
  if (fronts.length === 0) return [];
  const each = (value: (front: FrontFigures) => number) =>
    fronts.map((front, index) => [{ front: index + 1 }, value(front)] as const);
  return [
    gauge(
      "heliosdb_front_ready",
      "Whether the front accepts connections.",
      each(({ isReady }) => Number(isReady)),
    ),
    counter(
      "heliosdb_front_restarts_total",
      "Processes started to replace a front that ended, for whatever reason.",
      each(({ restarts }) => restarts),
    ),
    counter(
      "heliosdb_front_cpu_seconds_total",
      "CPU time of the front, without what a killed one used in its last second.",
      each(({ cpuSeconds }) => cpuSeconds),
    ),
    gauge(
      "heliosdb_front_resident_memory_bytes",
      "Memory of the front.",
      each(({ residentBytes }) => residentBytes),
    ),
  ];
}
