import { statSync } from "node:fs";

/** What the list of branches and maintenance want to know of a branch file, so that neither opens those that have not changed. */
export interface FileFacts {
  /** SCN and time of the newest commit. */
  readonly head: number;
  readonly ts: number;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
  /** The oldest state that can be read, and how far what lies before it has been cleared away. */
  readonly horizon: number;
  readonly cleared: number;
  /** Time of the second commit that can be read: when it is too old, the first one can go. Null where there is none. */
  readonly due: number | null;
  /** When this was true, by the wall clock, in milliseconds. */
  readonly at: number;
}

/** Clocks of file systems move in steps, and what was written within one of them looks as old as what was there before. */
const STEP_MS = 50;

/** Whether nothing has been written to a file since. */
export function isCurrent(facts: FileFacts, path: string): boolean {
  return writtenAt(path) + STEP_MS < facts.at;
}

/** When a file or its write-ahead log was last written to, in milliseconds; Infinity for one that is missing. */
export function writtenAt(path: string): number {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return Number.POSITIVE_INFINITY;
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  // A reader makes an empty log where there is none.
  return log === undefined || log.size === 0 ? file.mtimeMs : Math.max(file.mtimeMs, log.mtimeMs);
}
