import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Connection, fileSize, openForReading } from "../file/connection.js";
import { DatabasePaths } from "../file/paths.js";
import { syncFile } from "../file/sync.js";
import { BranchTable } from "../meta/branches.js";
import { MetaDb } from "../meta/meta-db.js";

/** Pages copied between two looks at the event loop. */
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
 * SQLite files as they stood at one moment, until they have been copied. Each is held by a read transaction, so whoever
 * writes them goes on meanwhile; only the write-ahead logs can't begin anew before the copy is made.
 *
 * Meant for a process of its own: one that copies branch files in any other way would drop the locks taken here.
 */
export class HeldFiles {
  private readonly held: HeldFile[] = [];

  /** Holds a file. Throws where it can't be opened. */
  hold(source: string, target: string): void {
    const db = openForReading(source);
    this.held.push({ db, target });
    db.exec("BEGIN");
    // A transaction begins to see one state only with its first read.
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
  }

  /**
   * Holds everything that a database is made of: its record, the branch files and the kept states that it names.
   * Rewound copies are made again when they are needed. Nobody may write to the database meanwhile.
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

  /** Copies what is held to where it belongs, durably, and lets go of it. */
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

  /** Lets go of what has not been copied. */
  release(): void {
    for (const { db } of this.held.splice(0)) db.close();
  }
}
