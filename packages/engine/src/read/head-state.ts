import { type Connection, openForReading, type Statement } from "../file/connection.js";
import { checkFormat } from "../file/format.js";
import { CommitLog } from "../meta/commits.js";
import { epochAt } from "../schema/epochs.js";
import type { Epoch } from "../schema/model.js";

/** A branch file, or a rewound copy, as it stands now, on a connection that only reads. */
export class HeadState {
  readonly db: Connection;
  readonly commits: CommitLog;
  epoch!: Epoch;
  scn = 0;
  private readonly begin: Statement;
  private readonly commit: Statement;
  private readonly heads: Statement;

  constructor(readonly path: string) {
    this.db = openForReading(path);
    checkFormat(this.db, "The branch file");
    this.commits = new CommitLog(this.db);
    this.begin = this.db.prepare("BEGIN");
    this.commit = this.db.prepare("COMMIT");
    this.heads = this.db
      .prepare("SELECT (SELECT max(scn) FROM _helios_commits), (SELECT max(scn) FROM _helios_schema)")
      .raw();
  }

  /** Calls `read` in a read transaction, with `scn` and `epoch` those of the head. */
  within<T>(read: () => T): T {
    this.begin.run();
    try {
      const [scn, epoch] = this.heads.get() as [number, number];
      this.scn = scn;
      if (this.epoch?.scn !== epoch) this.epoch = epochAt(this.db, epoch);
      return read();
    } finally {
      this.commit.run();
    }
  }

  close(): void {
    this.db.close();
  }
}
