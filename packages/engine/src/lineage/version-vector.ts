import { type Connection, one } from "../file/connection.js";
import type { BranchTable } from "../meta/branches.js";
import { CommitLog } from "../meta/commits.js";

/** For each timeline, the newest of its commits that a state contains. */
export type VersionVector = ReadonlyMap<string, number>;

/** A state as merging sees it: its version vector, and the part of it that is on the file's own lineage. */
export interface StateLineage {
  readonly scn: number;
  readonly vector: VersionVector;
  /** The branches whose commits the file itself contains, with the last one of each. */
  readonly lineage: VersionVector;
}

/**
 * The version vector of the state at an SCN of a branch file. Merges store theirs; those of writes and forks follow
 * from the lineage. So only one stored vector is read, and one commit for each branch that the file descends from.
 */
export function lineageAt(db: Connection, branches: BranchTable, scn: number): StateLineage {
  const commits = new CommitLog(db);
  const sql = "SELECT reach FROM main._helios_commits WHERE reach IS NOT NULL AND scn <= ? ORDER BY scn DESC LIMIT 1";
  const stored = one<string>(db, sql, scn);
  const vector = new Map<string, number>(
    stored === undefined ? [] : Object.entries(JSON.parse(stored) as Record<string, number>),
  );
  const lineage = new Map<string, number>();
  const head = commits.atOrBefore(scn)!;
  for (let commit = commits.atOrBefore(scn); commit; ) {
    lineage.set(commit.branch, commit.scn);
    vector.set(commit.branch, Math.max(vector.get(commit.branch) ?? 0, commit.scn));
    const { origin = null, fork = null } = branches.timeline(commit.branch) ?? {};
    commit = origin === null || fork === null ? undefined : commits.atOrBefore(fork);
  }
  return { scn: head.scn, vector, lineage };
}

/** The very first commit, which every state contains and which is empty. */
export function rootOf(branches: BranchTable): { readonly timeline: string; readonly scn: number } {
  const root = branches.timelines.find((timeline) => timeline.origin === null && timeline.fork !== null)!;
  return { timeline: root.id, scn: root.fork! };
}

/** True when everything in `a` is in `b`. */
export function isContained(a: VersionVector, b: VersionVector): boolean {
  return [...a].every(([branch, scn]) => (b.get(branch) ?? 0) >= scn);
}

export function joinVectors(a: VersionVector, b: VersionVector): Map<string, number> {
  const result = new Map(a);
  for (const [branch, scn] of b) result.set(branch, Math.max(result.get(branch) ?? 0, scn));
  return result;
}

/** The newest commit on a file's lineage that one of the bases contains. */
export function lastShared(lineage: VersionVector, bases: readonly { readonly vector: VersionVector }[]): number {
  let last = 0;
  for (const base of bases) {
    for (const [branch, scn] of lineage) last = Math.max(last, Math.min(base.vector.get(branch) ?? 0, scn));
  }
  return last;
}
