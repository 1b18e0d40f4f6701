import type { CommitKind, TableChange } from "@heliosdb/port";
import { type Connection, one, prepared } from "../file/connection.js";

export interface Commit {
  readonly scn: number;
  /** Microseconds since 1970. */
  readonly ts: number;
  /** Internal id of the timeline that it was made on. */
  readonly branch: string;
  readonly kind: CommitKind;
}

export interface NewCommit extends Commit {
  readonly author: string;
  readonly message: string | null;
  readonly statements: readonly string[];
  readonly tables: readonly TableChange[];
  /** For a merge: the source, as "branch@scn", and the version vector of the commit. */
  readonly merged?: string;
  readonly vector?: Readonly<Record<string, number>>;
  /** For a restore: the SCN whose state it restored. */
  readonly restored?: number;
}

const HORIZON = "coalesce((SELECT value FROM main._helios_meta WHERE name = 'horizon'), 0)";

/** SCN of the oldest readable state of a file, after retention removed history; 0 if it removed none. */
export function horizonOf(db: Connection): number {
  return one<number>(db, `SELECT ${HORIZON}`) ?? 0;
}

const COLUMNS = "scn, ts, branch, kind";
const INSERT = `INSERT INTO main._helios_commits (${COLUMNS}, author, message, summary, merged, reach) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const NEWEST = `SELECT ${COLUMNS} FROM main._helios_commits ORDER BY scn DESC LIMIT 1`;
const BEFORE = `SELECT ${COLUMNS} FROM main._helios_commits WHERE scn <= ? ORDER BY scn DESC LIMIT 1`;
const AFTER = `SELECT ${COLUMNS} FROM main._helios_commits WHERE scn > ? ORDER BY scn LIMIT 1`;
const OLDEST = `SELECT ${COLUMNS} FROM main._helios_commits WHERE scn >= ${HORIZON} ORDER BY scn LIMIT 1`;

/** The commits of a branch file: its own and those of its ancestors up to each fork, in one sequence. */
export class CommitLog {
  constructor(private readonly db: Connection) {}

  add(commit: NewCommit): void {
    prepared(this.db, INSERT).run(
      commit.scn,
      commit.ts,
      commit.branch,
      commit.kind,
      commit.author,
      commit.message,
      JSON.stringify({ statements: commit.statements, tables: commit.tables, restored: commit.restored }),
      commit.merged ?? null,
      commit.vector ? JSON.stringify(commit.vector) : null,
    );
  }

  /** Id of the branch that a merge brought in. */
  sourceOf(scn: number): string | null {
    const merged = one<string | null>(this.db, "SELECT merged FROM main._helios_commits WHERE scn = ?", scn);
    return merged?.split("@")[0] ?? null;
  }

  head(): Commit {
    return prepared(this.db, NEWEST).get() as Commit;
  }

  /** The oldest commit whose state can be read. */
  first(): Commit {
    return prepared(this.db, OLDEST).get() as Commit;
  }

  /** The oldest commit after an SCN. */
  after(scn: number): Commit | undefined {
    return prepared(this.db, AFTER).get(scn) as Commit | undefined;
  }

  /** SCN of the oldest readable state, after retention removed history; 0 if it removed none. */
  horizon(): number {
    return horizonOf(this.db);
  }

  /** The newest commit at or before an SCN. */
  atOrBefore(scn: number): Commit | undefined {
    if (scn === Number.POSITIVE_INFINITY) return this.head();
    return prepared(this.db, BEFORE).get(scn) as Commit | undefined;
  }

  /** The newest commit at or before a time, found by binary search: times rise with SCNs, so they need no index. */
  atOrBeforeTime(until: number, cap: number): Commit | undefined {
    const newest = this.atOrBefore(cap);
    if (!newest || newest.ts <= until) return newest;
    let found = this.first();
    if (found.ts > until) return undefined;
    let [low, high] = [found.scn, newest.scn];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const commit = this.atOrBefore(middle)!;
      if (commit.ts <= until) {
        found = commit;
        low = middle;
      } else high = commit.scn;
    }
    return found;
  }
}
