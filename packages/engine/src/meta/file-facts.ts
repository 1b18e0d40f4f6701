import { statSync } from "node:fs";

/** Facts about a branch file for the list of branches and for maintenance, so that neither opens unchanged files. */
export interface FileFacts {
  /** SCN and time of the newest commit. */
  readonly head: number;
  readonly ts: number;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
  /** The oldest state that can be read, and up to where earlier history has been removed. */
  readonly horizon: number;
  readonly cleared: number;
  /** Time of the second readable commit: when it is too old, the first one can be removed. Null if there is none. */
  readonly due: number | null;
  /** When this was true, by the wall clock, in milliseconds. */
  readonly at: number;
}

/** File systems record times in steps: a write within the same step looks as old as the content before it. */
const STEP_MS = 50;

/** Whether a file has not been written since. */
export function isCurrent(facts: FileFacts, path: string): boolean {
  return writtenAt(path) + STEP_MS < facts.at;
}

/** When a file or its write-ahead log was last written, in milliseconds; Infinity for a missing file. */
export function writtenAt(path: string): number {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return Number.POSITIVE_INFINITY;
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  // A reader creates an empty log if there is none.
  return log === undefined || log.size === 0 ? file.mtimeMs : Math.max(file.mtimeMs, log.mtimeMs);
}
