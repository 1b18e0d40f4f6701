import { horizonOf } from "../meta/commits.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";
import { CommitIndex, type CommitSource, type IndexRow } from "./commit-index.js";
import { INDEX_COLUMNS, StoredCommits } from "./stored-commits.js";

/** Commits of all indexes together: 12 MB. */
const MOST_INDEXED = 500_000;
/** A file with more is read each time. */
const MOST_OF_ONE = 250_000;

/**
 * The commits of branch files, kept in memory between requests: a graph of a thousand branches would otherwise open a
 * thousand files. Whether a file has changed is decided without opening it.
 */
export class KnownCommits {
  /** By file and SCN, the least recently used first. */
  private readonly indexes = new Map<string, CommitIndex>();
  private readonly tooLong = new Set<string>();
  private total = 0;

  constructor(
    private readonly views: PointInTimeViews,
    private readonly most = MOST_INDEXED,
    private readonly mostOfOne = MOST_OF_ONE,
  ) {}

  /** Calls `use` with the commits of a file after an SCN, which are valid until it returns. */
  with<T>(file: string, after: number, use: (commits: CommitSource) => T): T {
    const key = `${file}@${after}`;
    const index = this.tooLong.has(key) ? null : this.current(key, file, after);
    if (index) return use(index);
    const head = this.views.head(file);
    return head.read(() => use(new StoredCommits(head, after)));
  }

  private current(key: string, file: string, after: number): CommitIndex | null {
    const facts = this.views.known.of(file);
    const known = this.take(key);
    const newest = Math.max(after, known?.newest ?? 0);
    const index = known && facts.head <= newest ? known : this.extended(known ?? new CommitIndex(), file, newest);
    if (!index) {
      this.tooLong.add(key);
      return null;
    }
    index.moveHorizon(facts.horizon);
    this.keep(key, index);
    return index;
  }

  /** The index with the file's commits after an SCN; null if there are too many. */
  private extended(index: CommitIndex, file: string, after: number): CommitIndex | null {
    return this.views.glance(file, (db) => {
      const sql = `SELECT ${INDEX_COLUMNS} FROM main._helios_commits WHERE scn > ? ORDER BY scn`;
      const rows = db
        .prepare(sql)
        .raw()
        .iterate(Math.max(after, horizonOf(db) - 1));
      for (const row of rows as Iterable<IndexRow>) {
        index.add(row);
        if (index.size > this.mostOfOne) return null;
      }
      return index;
    });
  }

  private take(key: string): CommitIndex | undefined {
    const index = this.indexes.get(key);
    if (index) {
      this.indexes.delete(key);
      this.total -= index.size + 1;
    }
    return index;
  }

  private keep(key: string, index: CommitIndex): void {
    this.indexes.set(key, index);
    // An empty one takes memory, too.
    this.total += index.size + 1;
    for (const oldest of this.indexes.keys()) {
      if (this.total <= this.most) break;
      this.take(oldest);
    }
  }
}
