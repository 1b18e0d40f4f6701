/** What servers are loaded with. Sizes are per request. */
export const LOADS = {
  point: "point read: one row by its key",
  range: "range read: 100 rows by key",
  page: "table page: the first 50 rows",
  past: "past read: one row by its key, as it was 10 commits ago",
  write: "durable write: one row",
  batch: "batch write: 100 INSERTs in one commit",
  mixed: "nine point reads and one durable write in turn",
  bulk: "bulk insert: 1,000 rows in one statement",
  wide: "wide result: 1,000 rows of 20 columns",
  stream: "the same wide result, streamed as lines",
} as const;
export type LoadName = keyof typeof LOADS;

/** A server of ours runs at most 4 streams of one database at a time. */
export function connectionsOf(load: LoadName): readonly number[] {
  return load === "stream" ? [1, 4] : [1, 32, 256];
}

export interface ProcessUse {
  readonly kind: string;
  readonly processes: number;
  /** Of all processes of this kind together. */
  readonly cpuMicrosPerRequest: number;
  readonly residentMib: number;
}

/** What a load on a server showed: medians of the rounds. */
export interface LoadFigures {
  readonly load: LoadName;
  readonly server: string;
  readonly connections: number;
  readonly perSecond: number;
  readonly mibPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** By kind, `main` being the process that was started; empty where the system doesn't tell. */
  readonly use: readonly ProcessUse[];
}

/** A load that a server could not take, or a server that could not be started. */
export interface LoadMissing {
  readonly server: string;
  readonly load: LoadName | null;
  readonly connections: number | null;
  readonly why: string;
}

export interface StormFigures {
  readonly branches: number;
  readonly atOnce: number;
  readonly seconds: number;
  /** Of each step over all branches, in milliseconds. */
  readonly steps: Readonly<Record<StormStep, { readonly p50Ms: number; readonly p99Ms: number }>>;
}

export const STORM_STEPS = ["create", "write", "merge", "delete"] as const;
export type StormStep = (typeof STORM_STEPS)[number];
