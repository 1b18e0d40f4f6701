import { fileSize } from "../file/connection.js";
import type { DatabasePaths } from "../file/paths.js";
import type { Location } from "../meta/branches.js";
import { type FileFacts, isCurrent } from "../meta/file-facts.js";
import { epochAt } from "../schema/epochs.js";
import { totalRows } from "../schema/statistics.js";
import { Lru } from "../util/lru.js";
import type { HeadView } from "./head-view.js";

/** Facts about the newest state of a branch without a file. They never change. */
interface ForkFacts {
  readonly head: number;
  readonly ts: number;
  readonly tables: number;
  readonly rows: number;
}

/** Forks that are remembered. */
const FORKS = 10_000;

/**
 * Facts about branch files, from memory, from meta.db, or by looking into the file. Whether it still holds is told
 * by when the file was last written to, which costs no opening.
 */
export class KnownFiles {
  private readonly files = new Map<string, FileFacts>();
  private readonly forks = new Lru<string, ForkFacts>(FORKS);

  constructor(
    private readonly paths: DatabasePaths,
    private readonly head: (file: string) => HeadView,
    /** The facts about a file in meta.db. */
    private readonly recorded: (file: string) => FileFacts | null,
  ) {}

  /** The facts known without looking into the file; null where it may have changed since. */
  known(file: string): FileFacts | null {
    const path = this.paths.branch(file);
    for (const facts of [this.files.get(file), this.recorded(file)]) {
      if (!facts || !isCurrent(facts, path)) continue;
      this.files.set(file, facts);
      return facts;
    }
    return null;
  }

  of(file: string): FileFacts {
    return this.known(file) ?? this.look(file);
  }

  /** Looks into a file. How far it was cleared is known to the record alone. */
  look(file: string): FileFacts {
    const cleared = (this.files.get(file) ?? this.recorded(file))?.cleared ?? 0;
    const head = this.head(file);
    const facts = head.read((): FileFacts => {
      const { db, commits } = head;
      const newest = commits.head();
      const due = commits.after(commits.first().scn)?.ts ?? null;
      const [tables, rows] = [head.epoch.tables.length, totalRows(db, head.epoch, newest.scn)];
      const horizon = commits.horizon();
      return { head: newest.scn, ts: newest.ts, tables, rows, bytes: fileSize(db), horizon, cleared, due, at: head.at };
    });
    this.files.set(file, facts);
    return facts;
  }

  /** Of a state at the end of a branch: in its own file, or where it forks from another's. */
  at({ file, cap }: Location): ForkFacts & Pick<FileFacts, "bytes"> {
    const facts = this.of(file);
    if (cap >= facts.head) return facts;
    const fork = this.forks.getOr(`${file}@${cap}`, () => {
      const head = this.head(file);
      return head.read(() => {
        const commit = head.commits.atOrBefore(cap)!;
        const epoch = commit.scn === head.scn ? head.epoch : epochAt(head.db, commit.scn);
        const rows = totalRows(head.db, epoch, commit.scn);
        return { head: commit.scn, ts: commit.ts, tables: epoch.tables.length, rows };
      });
    });
    return { ...fork, bytes: facts.bytes };
  }

  /** Notes that nothing is left in a file of what lies before its horizon. */
  cleared(file: string): FileFacts {
    const facts = this.look(file);
    const cleared = { ...facts, cleared: facts.horizon };
    this.files.set(file, cleared);
    return cleared;
  }

  delete(file: string): void {
    this.files.delete(file);
  }
}
