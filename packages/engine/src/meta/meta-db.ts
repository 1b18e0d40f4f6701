import { randomUUID } from "node:crypto";
import { HeliosError } from "@heliosdb/port";
import { type Connection, one, openForReading, prepared, type Statement } from "../file/connection.js";
import { DatabaseFiles } from "../file/database-files.js";
import type { FileFacts } from "./file-facts.js";
import { META_EVENTS, META_FILES, META_FORMAT, META_TABLES, upgradeMeta } from "./meta-format.js";
import { LASTING_MARK, readOutcome, writeOutcome } from "./outcome.js";
import type { BranchRecord, SnapshotRecord, TimelineRecord } from "./records.js";

/** Requests that can be repeated; older ones are forgotten. */
const RECENT_REQUESTS = 2_000;
/** The same for requests that may be repeated much later. */
export const LASTING_REQUESTS = 20_000;

type Row<T> = { [K in keyof T]: T[K] extends boolean ? number : T[K] };
/** Changed records in their current version; null for deleted ones. */
export interface ChangedRecords {
  readonly branches: ReadonlyMap<string, BranchRecord | null>;
  readonly timelines: ReadonlyMap<string, TimelineRecord | null>;
}

type Changes<T> = Partial<{ [K in keyof T]: T[K] extends boolean ? number | boolean : T[K] }>;

/** The engine's record of a database: branches, timelines, snapshots, and the ceilings of SCNs and times. */
export class MetaDb {
  private readonly version: Statement;
  /** Ids of changed branches and timelines: since they were last requested, and in the current transaction. */
  private readonly changedIds = { branches: new Set<string>(), timelines: new Set<string>() };
  private readonly inTransaction = { branches: new Set<string>(), timelines: new Set<string>() };

  private constructor(
    readonly db: Connection,
    /** Those of a writer; null for a reader. */
    private readonly files: DatabaseFiles | null,
  ) {
    this.version = db.prepare("PRAGMA data_version").pluck();
  }

  static openForWriting(path: string, files = new DatabaseFiles()): MetaDb {
    const meta = new MetaDb(files.create(path), files);
    try {
      meta.prepareForWriting();
      return meta;
    } catch (error) {
      if (meta.db.open) meta.close();
      throw error;
    }
  }

  /** Creates the tables, or upgrades those of an earlier release. */
  private prepareForWriting(): void {
    const made = one<number>(this.db, "SELECT count(*) FROM sqlite_schema");
    if (made === 0) {
      this.atomically(() => {
        this.db.exec(META_TABLES + META_EVENTS);
        this.set("format", META_FORMAT);
      });
    }
    upgradeMeta(this.db, this.get("format"));
    this.checkFormat();
    this.db.exec(META_FILES);
  }

  static openForReading(path: string, open = openForReading): MetaDb {
    const db = open(path);
    try {
      const meta = new MetaDb(db, null);
      meta.checkFormat();
      return meta;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  get(name: string): number | undefined {
    return one<number>(this.db, "SELECT value FROM meta WHERE name = ?", name);
  }

  set(name: string, value: number | null): void {
    prepared(this.db, "INSERT OR REPLACE INTO meta VALUES (?, ?)").run(name, value);
  }

  unset(name: string): void {
    prepared(this.db, "DELETE FROM meta WHERE name = ?").run(name);
  }

  /** Id of the database, which its files carry too; null if no writer of this release has opened it. */
  identity(): string | null {
    return one<string>(this.db, "SELECT value FROM meta WHERE name = 'database'") ?? null;
  }

  /** The same; an id is assigned if there is none. */
  identify(): string {
    const known = this.identity();
    if (known !== null) return known;
    const id = randomUUID();
    prepared(this.db, "INSERT INTO meta VALUES ('database', ?)").run(id);
    return id;
  }

  /** The stored names that begin with a prefix. */
  names(prefix: string): string[] {
    const names = prepared(this.db, "SELECT name FROM meta WHERE substr(name, 1, ?) = ?", "value");
    return names.all(prefix.length, prefix) as string[];
  }

  /** Runs `change` in a transaction, completely or not at all. */
  atomically<T>(change: () => T): T {
    const outermost = !this.db.inTransaction;
    try {
      return this.db.transaction(change).immediate();
    } catch (error) {
      // Reads during the transaction may have returned changes that have been rolled back.
      for (const table of ["branches", "timelines"] as const) {
        for (const id of this.inTransaction[table]) this.changedIds[table].add(id);
      }
      throw error;
    } finally {
      if (outermost) for (const ids of Object.values(this.inTransaction)) ids.clear();
    }
  }

  branches(): BranchRecord[] {
    const rows = prepared(this.db, "SELECT * FROM branches ORDER BY createdAt").all() as Row<BranchRecord>[];
    return rows.map(branchOf);
  }

  timelines(): TimelineRecord[] {
    const rows = prepared(this.db, "SELECT * FROM timelines ORDER BY sinceAt").all() as Row<TimelineRecord>[];
    return rows.map(timelineOf);
  }

  /** Records that this connection has changed since the last call. */
  changes(): ChangedRecords {
    const read = <T, R>(table: "branches" | "timelines", record: (row: Row<T>) => R) => {
      const ids = [...this.changedIds[table]];
      this.changedIds[table].clear();
      if (ids.length === 0) return new Map<string, R | null>();
      const find = prepared(this.db, `SELECT * FROM ${table} WHERE id = ?`);
      return new Map(
        ids.map((id) => {
          const row = find.get(id) as Row<T> | undefined;
          return [id, row ? record(row) : null];
        }),
      );
    };
    return { branches: read("branches", branchOf), timelines: read("timelines", timelineOf) };
  }

  private changed(table: string, id: string): void {
    if (table !== "branches" && table !== "timelines") return;
    this.changedIds[table].add(id);
    if (this.db.inTransaction) this.inTransaction[table].add(id);
  }

  snapshots(branch?: string): SnapshotRecord[] {
    const which = branch === undefined ? "" : "WHERE branch = ?";
    const rows = prepared(this.db, `SELECT * FROM snapshots ${which} ORDER BY scn DESC`).all(
      ...(branch === undefined ? [] : [branch]),
    ) as Row<SnapshotRecord>[];
    return rows.map((row) => ({ ...row, automatic: row.automatic === 1, filed: row.filed === 1 }));
  }

  insert(table: "branches" | "timelines" | "snapshots", row: BranchRecord | TimelineRecord | SnapshotRecord): void {
    const names = Object.keys(row);
    prepared(
      this.db,
      `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map((name) => `:${name}`).join(", ")})`,
    ).run(storable(row));
    if ("id" in row) this.changed(table, row.id);
  }

  /** Removes an unwritten branch as if it had never been made. */
  removeBranch(id: string): void {
    prepared(this.db, "DELETE FROM branches WHERE id = ?").run(id);
    this.changed("branches", id);
    const gone = prepared(this.db, "DELETE FROM timelines WHERE branch = ? RETURNING id", "value").all(id) as string[];
    for (const timeline of gone) this.changed("timelines", timeline);
  }

  updateBranch(id: string, change: Changes<BranchRecord>): void {
    this.update("branches", "id", id, change);
  }

  updateTimeline(id: string, change: Changes<TimelineRecord>): void {
    this.update("timelines", "id", id, change);
  }

  updateSnapshot(branch: string, scn: number, change: Changes<SnapshotRecord>): void {
    this.update("snapshots", "branch", branch, change, ` AND scn = ${scn}`);
  }

  deleteSnapshot(branch: string, scn: number): void {
    prepared(this.db, "DELETE FROM snapshots WHERE branch = ? AND scn = ?").run(branch, scn);
  }

  /** The last known facts about a branch file. */
  fileFacts(file: string): FileFacts | null {
    const text = one<string>(this.db, "SELECT facts FROM files WHERE file = ?", file);
    return text === undefined ? null : (JSON.parse(text) as FileFacts);
  }

  recordFileFacts(facts: ReadonlyMap<string, FileFacts>): void {
    const put = prepared(this.db, "INSERT OR REPLACE INTO files VALUES (?, ?)");
    this.atomically(() => {
      for (const [file, each] of facts) put.run(file, JSON.stringify(each));
    });
  }

  removeFileFacts(file: string): void {
    prepared(this.db, "DELETE FROM files WHERE file = ?").run(file);
  }

  /** The outcome of an earlier request. */
  request(id: string): unknown {
    const text = one<string>(this.db, "SELECT outcome FROM requests WHERE id = ?", id);
    return text === undefined ? undefined : readOutcome(text);
  }

  /** Inside the transaction of the request's changes. */
  recordRequest(id: string, outcome: object): void {
    const { lastInsertRowid } = prepared(this.db, "INSERT INTO requests (id, outcome) VALUES (?, ?)").run(
      id,
      writeOutcome(outcome),
    );
    prepared(this.db, "DELETE FROM requests WHERE number <= ? AND (number <= ? OR instr(id, ?) = 0)").run(
      Number(lastInsertRowid) - RECENT_REQUESTS,
      Number(lastInsertRowid) - LASTING_REQUESTS,
      LASTING_MARK,
    );
  }

  private update(table: string, key: string, value: string, change: object, and = ""): void {
    const names = Object.keys(change);
    prepared(
      this.db,
      `UPDATE ${table} SET ${names.map((name) => `${name} = :${name}`).join(", ")} WHERE ${key} = :_key${and}`,
    ).run({ ...storable(change), _key: value });
    this.changed(table, value);
  }

  /** Changes when another connection has written: then values read earlier are out of date. */
  dataVersion(): number {
    return this.version.get() as number;
  }

  private checkFormat(): void {
    const version = this.get("format");
    if (version === META_FORMAT) return;
    this.close();
    const advice =
      version !== undefined && version < META_FORMAT
        ? "Open it for writing once to upgrade it."
        : "Use the release that wrote it, or a newer one.";
    throw new HeliosError(
      "STORAGE_UNAVAILABLE",
      `The database's meta.db has format ${version}, and this release reads format ${META_FORMAT}. ${advice}`,
    );
  }

  close(): void {
    if (this.files) this.files.close(this.db);
    else this.db.close();
  }
}

function branchOf(row: Row<BranchRecord>): BranchRecord {
  return {
    ...row,
    readOnly: row.readOnly === 1,
    isolated: row.isolated === 1,
    isProtected: row.isProtected === 1,
  };
}

function timelineOf(row: Row<TimelineRecord>): TimelineRecord {
  return { ...row, materialised: row.materialised === 1 };
}

function storable(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "boolean" ? Number(value) : value]),
  );
}
