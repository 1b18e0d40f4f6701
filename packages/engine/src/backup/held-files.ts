import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Connection, fileSize, openForReading } from "../file/connection.js";
import { DatabasePaths } from "../file/paths.js";
import { syncFile } from "../file/sync.js";
import { BranchTable } from "../meta/branches.js";
import { MetaDb } from "../meta/meta-db.js";

/** Pages copied before the event loop gets a turn. */
const PAGES_AT_ONCE = 4096;

interface HeldFile {
  readonly db: Connection;
  readonly target: string;
}

export interface CopiedFiles {
  readonly files: number;
  readonly bytes: number;
}

/**
 * SQLite files as they were at one instant, until they have been copied. Each is pinned by a read transaction, so
 * writing can continue meanwhile; only the write-ahead logs can't be reset before the copy is made.
 *
 * Use it in a separate process: one that copies branch files in any other way would drop the locks taken here.
 */
export class HeldFiles {
  private readonly held: HeldFile[] = [];

  /** Pins a file. Throws if it can't be opened. */
  hold(source: string, target: string): void {
    const db = openForReading(source);
    this.held.push({ db, target });
    db.exec("BEGIN");
    // A transaction fixes the state that it sees only with its first read.
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
  }

  /**
   * Pins all files of a database: its record, and the branch and snapshot files that it names. Rewound copies are left
   * out, since they are made again when needed. Nobody may write to the database meanwhile.
   */
  holdDatabase(source: string, target: string): void {
    const [from, to] = [new DatabasePaths(source), new DatabasePaths(target)];
    const meta = MetaDb.openForReading(from.meta);
    try {
      for (const timeline of BranchTable.read(meta).files()) this.hold(from.branch(timeline), to.branch(timeline));
      for (const { timeline, scn, filed } of meta.snapshots()) {
        if (filed) this.hold(from.snapshot(timeline, scn), to.snapshot(timeline, scn));
      }
      this.hold(from.meta, to.meta);
    } finally {
      meta.close();
    }
  }

  /** Copies the pinned files to their targets, durably, and unpins them. */
  async copy(): Promise<CopiedFiles> {
    const folders = new Set<string>();
    let [files, bytes] = [0, 0];
    for (let next = this.held.shift(); next; next = this.held.shift()) {
      const { db, target } = next;
      try {
        mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
        await db.backup(target, { progress: () => PAGES_AT_ONCE });
        bytes += fileSize(db);
      } finally {
        db.close();
      }
      chmodSync(target, 0o600);
      syncFile(target);
      folders.add(dirname(target));
      files++;
    }
    for (const folder of folders) {
      syncFile(folder);
      syncFile(join(folder, ".."));
    }
    return { files, bytes };
  }

  /** Unpins the files that have not been copied. */
  release(): void {
    for (const { db } of this.held.splice(0)) db.close();
  }
}
