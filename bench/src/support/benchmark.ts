import type { LoadFigures, LoadMissing, StormFigures } from "./loads.js";

/** One comparison: our figure and the reference, measured in the same run. */
export interface Row {
  readonly what: string;
  readonly against: string;
  readonly unit: "ms" | "µs" | "/s" | "bytes";
  readonly ours: number;
  readonly theirs: number;
  /** Limit on ours / theirs, as an upper or a lower bound. Null if the row is only for information. */
  readonly target: { readonly most: number } | { readonly least: number } | null;
}

/** A row that could not be measured, with the reason. */
export interface Skipped {
  readonly what: string;
  readonly skipped: string;
}

export interface Context {
  /** Smaller data and fewer rounds: to check that everything runs, not for figures. */
  readonly quick: boolean;
  /** A folder for this benchmark, removed after it. */
  readonly folder: string;
  /** Puts more than rows can say into the file of results. */
  readonly record: (details: Details) => void;
}

/** What `http-loads` has found. */
export interface Details {
  readonly loads: readonly LoadFigures[];
  readonly missing: readonly LoadMissing[];
  readonly storm: StormFigures;
}

export interface Benchmark {
  /** The name for --only. */
  readonly name: string;
  /** Too large to run unless it is named. */
  readonly onDemand?: boolean;
  /** Why it can't run on this machine, or null. */
  problem?(): Promise<string | null>;
  run(context: Context): Promise<readonly (Row | Skipped)[]>;
}
