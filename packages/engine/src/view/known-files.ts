import { HeliosError } from "@heliosdb/port";
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

/** Number of forks that are cached. */
const FORKS = 10_000;

/**
 * Facts about branch files, from memory, from meta.db, or read from the file. Whether cached facts are still valid is
 * decided by the time of the file's last write, without opening it.
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

  /** The facts known without opening the file; null if it may have changed since. */
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

  /** Reads the facts from the file. Only the record knows how far its history was cleared. */
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

  /** Facts about a branch's newest state: in its own file, or at its fork in another's. */
  at({ file, cap }: Location): ForkFacts & Pick<FileFacts, "bytes"> {
    const facts = this.of(file);
    if (cap >= facts.head) return facts;
    const fork = this.forks.getOr(`${file}@${cap}`, () => {
      const head = this.head(file);
      return head.read(() => {
        const commit = head.commits.atOrBefore(cap);
        if (!commit) throw new HeliosError("INTERNAL_ERROR", "the branch has no commit");
        const epoch = commit.scn === head.scn ? head.epoch : epochAt(head.db, commit.scn);
        const rows = totalRows(head.db, epoch, commit.scn);
        return { head: commit.scn, ts: commit.ts, tables: epoch.tables.length, rows };
      });
    });
    return { ...fork, bytes: facts.bytes };
  }

  /** Records that all history before a file's horizon has been removed. */
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
