/** One comparison: ours beside what it is measured against, in the same run. */
export interface Row {
  readonly what: string;
  readonly against: string;
  readonly unit: "ms" | "µs" | "/s";
  readonly ours: number;
  readonly theirs: number;
  /** Bound on ours / theirs, with the side on which it must stay. Null where the row is only for information. */
  readonly target: { readonly most: number } | { readonly least: number } | null;
}

/** A row that could not be measured, and why. */
export interface Skipped {
  readonly what: string;
  readonly skipped: string;
}

export interface Context {
  /** Smaller data and fewer rounds: to see that everything runs, not to quote. */
  readonly quick: boolean;
  /** A folder of this benchmark's own, removed after it. */
  readonly folder: string;
}

export interface Benchmark {
  /** As given to --only. */
  readonly name: string;
  /** Too large to be run unless it is named. */
  readonly onDemand?: boolean;
  run(context: Context): Promise<readonly (Row | Skipped)[]>;
}
