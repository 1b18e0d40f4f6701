import { type Connection, openForReading, type Statement } from "../file/connection.js";
import { type FileIdentity, openChecked } from "../file/file-identity.js";
import { type Commit, CommitLog } from "../meta/commits.js";
import { epochAt } from "../schema/epochs.js";
import type { Epoch } from "../schema/model.js";
import type { PinnedReads } from "./pinned-reads.js";

/** A branch file, or a rewound copy, in its current state, on a read-only connection. */
export class HeadView {
  readonly db: Connection;
  readonly commits: CommitLog;
  epoch!: Epoch;
  scn = 0;
  /** When the current read transaction began, by the wall clock: what it sees was true then. */
  at = 0;
  private version: number | null = null;
  private newest: Commit | null = null;
  private readonly begin: Statement;
  private readonly commit: Statement;
  private readonly dataVersion: Statement;
  private readonly heads: Statement;

  constructor(
    readonly path: string,
    identity: FileIdentity,
    private readonly pins: PinnedReads,
    open: (path: string) => Connection = openForReading,
  ) {
    this.db = openChecked(path, identity, open);
    this.commits = new CommitLog(this.db);
    this.begin = this.db.prepare("BEGIN");
    this.commit = this.db.prepare("COMMIT");
    this.dataVersion = this.db.prepare("PRAGMA data_version").pluck();
    this.heads = this.db
      .prepare("SELECT (SELECT max(scn) FROM _helios_commits), (SELECT max(scn) FROM _helios_schema)")
      .raw();
  }

  /** Calls `read` in a read transaction, with the `scn` and `epoch` of the head. */
  read<T>(read: () => T): T {
    if (this.db.inTransaction) return read();
    this.enter();
    try {
      return read();
    } finally {
      if (!this.pins.keep(this)) this.leave();
    }
  }

  /** The newest commit; call it within. */
  head(): Commit {
    this.newest ??= this.commits.head();
    return this.newest;
  }

  /** Ends the read transaction, if a failed statement has not ended it already. */
  leave(): void {
    if (this.db.inTransaction) this.commit.run();
  }

  close(): void {
    this.pins.drop(this);
    this.db.close();
  }

  private enter(): void {
    this.at = Date.now();
    this.begin.run();
    try {
      const version = this.dataVersion.get() as number;
      if (version === this.version) return;
      const [scn, epoch] = this.heads.get() as [number, number];
      this.scn = scn;
      this.newest = null;
      if (this.epoch?.scn !== epoch) this.epoch = epochAt(this.db, epoch);
      this.version = version;
    } catch (error) {
      this.leave();
      throw error;
    }
  }
}
