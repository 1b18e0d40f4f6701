import { HeliosError } from "@heliosdb/port";
import { type Connection, one, openForReading, openForWriting, type Statement } from "../file/connection.js";

const FORMAT_VERSION = 1;

/** A branch as meta.db records it. `file` is null until its first write: until then it is a name for (parent, fork). */
export interface BranchRecord {
  readonly id: string;
  readonly name: string;
  /** The id that its own commits carry, and the name of its file. */
  readonly internal: string;
  readonly parent: string | null;
  /** Null while a branch that is not isolated follows its parent's head. */
  readonly fork: number | null;
  readonly forkAt: number;
  readonly createdAt: number;
  readonly materialised: boolean;
  readonly readOnly: boolean;
  readonly isolated: boolean;
  readonly isProtected: boolean;
  readonly deletedAt: number | null;
  /** SCN of its head when it was last merged; it counts as merged until its next commit. */
  readonly mergedScn: number | null;
}

const SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE branches (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, internal TEXT NOT NULL UNIQUE, parent TEXT, fork INTEGER,
  forkAt INTEGER NOT NULL, createdAt INTEGER NOT NULL, materialised INTEGER NOT NULL, readOnly INTEGER NOT NULL,
  isolated INTEGER NOT NULL, isProtected INTEGER NOT NULL, deletedAt INTEGER, mergedScn INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX live_name ON branches (name) WHERE deletedAt IS NULL;
`;

type Row = { [K in keyof BranchRecord]: BranchRecord[K] extends boolean ? number : BranchRecord[K] };

/** The engine's own record of a database: its branches, and how far SCNs and times have been given out. */
export class MetaDb {
  private readonly version: Statement;

  private constructor(readonly db: Connection) {
    this.version = db.prepare("PRAGMA data_version").pluck();
  }

  static openForWriting(path: string): MetaDb {
    const meta = new MetaDb(openForWriting(path));
    const made = one<number>(meta.db, "SELECT count(*) FROM sqlite_schema");
    if (made === 0) {
      meta.db.transaction(() => {
        meta.db.exec(SCHEMA);
        meta.set("format", FORMAT_VERSION);
      })();
    }
    meta.checkFormat();
    return meta;
  }

  static openForReading(path: string): MetaDb {
    const meta = new MetaDb(openForReading(path));
    meta.checkFormat();
    return meta;
  }

  get(name: string): number | undefined {
    return one<number>(this.db, "SELECT value FROM meta WHERE name = ?", name);
  }

  set(name: string, value: number): void {
    this.db.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)").run(name, value);
  }

  branches(): BranchRecord[] {
    const rows = this.db.prepare("SELECT * FROM branches ORDER BY createdAt").all() as Row[];
    return rows.map((row) => ({
      ...row,
      materialised: row.materialised === 1,
      readOnly: row.readOnly === 1,
      isolated: row.isolated === 1,
      isProtected: row.isProtected === 1,
    }));
  }

  insert(branch: BranchRecord): void {
    this.db
      .prepare(
        `INSERT INTO branches VALUES (:id, :name, :internal, :parent, :fork, :forkAt, :createdAt, :materialised, :readOnly,
         :isolated, :isProtected, :deletedAt, :mergedScn)`,
      )
      .run({
        ...branch,
        materialised: Number(branch.materialised),
        readOnly: Number(branch.readOnly),
        isolated: Number(branch.isolated),
        isProtected: Number(branch.isProtected),
      });
  }

  update(id: string, change: Partial<Pick<Row, "materialised" | "fork" | "forkAt" | "deletedAt" | "mergedScn">>): void {
    const names = Object.keys(change);
    this.db
      .prepare(`UPDATE branches SET ${names.map((name) => `${name} = :${name}`).join(", ")} WHERE id = :id`)
      .run({ ...change, id });
  }

  /** Changes when another connection has written: then what was read from here is out of date. */
  dataVersion(): number {
    return this.version.get() as number;
  }

  private checkFormat(): void {
    const version = this.get("format");
    if (version !== FORMAT_VERSION) {
      throw new HeliosError(
        "STORAGE_UNAVAILABLE",
        `The database's record has format ${version}; this release reads format ${FORMAT_VERSION}.`,
      );
    }
  }

  close(): void {
    this.db.close();
  }
}
