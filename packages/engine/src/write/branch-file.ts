import { HeliosError } from "@heliosdb/port";
import { Capture, WrittenTables } from "../capture/capture.js";
import { type Connection, one, type Statement } from "../file/connection.js";
import { DatabaseFiles } from "../file/database-files.js";
import { openChecked } from "../file/file-identity.js";
import { type Commit, CommitLog } from "../meta/commits.js";
import { epochNow, storedTable } from "../schema/epochs.js";
import { hideOwn } from "../schema/hide-own.js";
import type { Epoch, TableDef } from "../schema/model.js";
import type { ForeignKeyMode } from "../sql/batch-settings.js";
import { isReserved } from "../sql/names.js";
import { isReplace, type ParsedStatement, parseStatement } from "../sql/statement.js";
import { isWord, type Token, tokenize, withoutStyle } from "../sql/tokenize.js";
import { TextCache } from "../util/text-cache.js";
import { LONGEST_ROW } from "../values/longest-row.js";
import { DEFAULT_RESULT_BYTES } from "../values/result-size.js";
import { RequestOutcomes } from "./request-outcomes.js";

/** Parsing does not depend on the file. */
const PARSED = new TextCache<ParsedStatement>();

/** The one connection that writes to a branch file, with cached facts about the file. */
export class BranchFile {
  readonly db: Connection;
  readonly commits: CommitLog;
  readonly capture: Capture;
  readonly requests: RequestOutcomes;
  epoch!: Epoch;
  head: Commit;
  /** Bytes of the results of the current group so far. */
  resultBytes = 0;
  /** Some constraint is checked only at COMMIT, where a bad write would make its whole group fail. */
  hasDeferred = false;
  /** How the current commit treats foreign keys. */
  foreignKeys: ForeignKeyMode = "at once";
  /** A trigger or a table has REPLACE, so any statement may displace rows. */
  private schemaReplaces = false;
  private written!: WrittenTables;
  /** Statements as rewritten for this file's schema. */
  private readable = new WeakMap<ParsedStatement, ParsedStatement>();
  private readonly targets = new TextCache<TableDef[]>();
  private readonly statements = new TextCache<Statement>();
  private readonly changes: Statement;
  private readonly rowid: Statement;
  private readonly dataVersion: Statement;
  private readonly version: number;
  /** Another program has written to the file. */
  private changedOutside: boolean;
  /** Pages of a commit that may hold a longer row than short reads may meet. */
  private readonly largeCommit: number;
  /** Pages in the log after the last commit. */
  private logPages = 0;
  private readonly logState: Statement;
  private isSyncDeferred = false;
  private readonly beginStatement: Statement;
  private readonly commitStatement: Statement;

  constructor(
    readonly path: string,
    /** Internal id of the timeline, which commits made here carry. */
    readonly internal: string,
    /** Id of the database. */
    database: string,
    /** Maximum bytes of the rows that one operation returns. */
    readonly maxAnswerBytes = DEFAULT_RESULT_BYTES,
    /** Gets the file's id with each commit that may hold a row longer than LONGEST_ROW. */
    private readonly grown: Set<string> = new Set(),
    private readonly files = new DatabaseFiles(),
  ) {
    const close = (db: Connection) => files.close(db);
    this.db = openChecked(path, { timeline: internal, database }, (name) => files.open(name), close);
    this.belongTo(database);
    this.commits = new CommitLog(this.db);
    this.capture = new Capture(this.db);
    this.requests = new RequestOutcomes(this.db);
    this.changes = this.db.prepare("SELECT total_changes()").pluck();
    this.rowid = this.db.prepare("SELECT last_insert_rowid()").pluck().safeIntegers(true);
    this.beginStatement = this.db.prepare("BEGIN IMMEDIATE");
    this.commitStatement = this.db.prepare("COMMIT");
    // Moves nothing: it only tells the length of the log.
    this.logState = this.db.prepare("PRAGMA main.wal_checkpoint(NOOP)").raw();
    // A file that came from elsewhere may have pages of up to 64 kB.
    this.largeCommit = LONGEST_ROW / Number(this.db.pragma("page_size", { simple: true }));
    this.dataVersion = this.db.prepare("PRAGMA data_version").pluck();
    this.version = this.dataVersion.get() as number;
    this.head = this.commits.head();
    this.reload();
    this.changedOutside =
      one(this.db, "SELECT 1 FROM _helios_meta WHERE name = 'changed_outside'") !== undefined || !this.isAsRecorded();
  }

  /** Files of earlier releases don't say which database they belong to. */
  private belongTo(database: string): void {
    if (one(this.db, "SELECT 1 FROM _helios_meta WHERE name = 'database'") !== undefined) return;
    this.db.prepare("INSERT INTO _helios_meta VALUES ('database', ?)").run(database);
  }

  /** Whether the file's schema is as the newest commit left it: while it was closed, any program could change it. */
  private isAsRecorded(): boolean {
    const found = this.db
      .prepare(
        "SELECT type, name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      )
      .all() as { type: string; name: string; sql: string }[];
    const user = found.filter((object) => !isReserved(object.name));
    const known = [
      ...this.epoch.tables.map((table) => `table ${table.name} ${withoutStyle(table.sql)}`),
      ...this.epoch.objects.map((object) => `${object.type} ${object.name} ${withoutStyle(object.sql)}`),
    ].sort();
    const there = user.map((object) => `${object.type} ${object.name} ${withoutStyle(object.sql)}`).sort();
    return known.length === there.length && known.every((text, i) => text === there[i]);
  }

  /** Reads the schema again: after it changed, or after a change to it was rolled back. */
  reload(): void {
    this.adoptEpoch(epochNow(this.db));
  }

  adoptEpoch(epoch: Epoch): void {
    this.epoch = epoch;
    this.written = new WrittenTables(this.db, epoch);
    this.targets.clear();
    this.statements.clear();
    this.readable = new WeakMap();
    const texts = [...epoch.tables, ...epoch.objects].map(({ sql }) => sql);
    this.schemaReplaces = texts.some((sql) => /replace/i.test(sql) && hasReplace(tokenize(sql)));
    this.hasDeferred = texts.some((sql) => /deferred/i.test(sql) && hasDeferred(tokenize(sql)));
  }

  /** The statement as it is run. A query stays as it was written: what it may see is known only when it runs. */
  parse(sql: string): ParsedStatement {
    const parsed = PARSED.getOr(sql, () => parseStatement(sql));
    if (parsed.kind === "query") return parsed;
    let readable = this.readable.get(parsed);
    if (!readable) {
      readable = hideOwn(parsed, this.epoch);
      this.readable.set(parsed, readable);
    }
    return readable;
  }

  /** Whether another program has written to the file. If so, it accepts no more writes, not even the engine's own. */
  isChangedOutside(): boolean {
    try {
      this.begin();
      this.db.exec("ROLLBACK");
      return false;
    } catch (error) {
      if (error instanceof HeliosError && error.code === "EXTERNAL_CHANGE") return true;
      throw error;
    }
  }

  /**
   * Begins a write transaction. Throws EXTERNAL_CHANGE if another program has written to the file.
   * @param mayDeferSync its commit need not wait for the disk, where the journal defers that
   */
  begin(mayDeferSync = false): void {
    this.deferSync(mayDeferSync && this.files.defersSync);
    this.beginStatement.run();
    const version = this.dataVersion.get() as number;
    if (version === this.version && !this.changedOutside) return;
    if (!this.changedOutside) {
      this.changedOutside = true;
      this.db.prepare("INSERT OR REPLACE INTO main._helios_meta VALUES ('changed_outside', 1)").run();
      this.commitStatement.run();
    } else this.db.exec("ROLLBACK");
    throw new HeliosError(
      "EXTERNAL_CHANGE",
      "Another program wrote to this branch's file. Its changes have no history, so the branch refuses writes. Import the file as a new branch, or delete the branch.",
    );
  }

  private deferSync(defer: boolean): void {
    if (this.isSyncDeferred === defer) return;
    this.isSyncDeferred = defer;
    this.db.pragma(`synchronous = ${defer ? "NORMAL" : "FULL"}`);
  }

  /** Call outside a transaction: inside one SQLite ignores the setting. */
  setForeignKeys(mode: ForeignKeyMode): void {
    if (this.foreignKeys === mode) return;
    this.foreignKeys = mode;
    this.db.pragma(`foreign_keys = ${mode === "off" ? "OFF" : "ON"}`);
    // The tables that a statement writes depend on this setting.
    this.targets.clear();
  }

  commit(): void {
    this.commitStatement.run();
    this.noteLog();
  }

  /** Call after a commit. */
  noteLog(): void {
    const [, pages] = this.logState.get() as [busy: number, pages: number, moved: number];
    // A log that starts anew is shorter than before.
    if (pages - (pages < this.logPages ? 0 : this.logPages) >= this.largeCommit) this.grown.add(this.internal);
    this.logPages = pages;
  }

  prepare(sql: string): Statement {
    return this.statements.getOr(sql, () => this.db.prepare(sql));
  }

  /** Hooks every table that the statement can write and returns them. */
  hookFor(statement: Pick<ParsedStatement, "sql" | "replaces">, bound: unknown): TableDef[] {
    const tables = this.targets.getOr(statement.sql, () => this.written.of(statement.sql, bound));
    this.capture.hook(tables, statement.replaces || this.schemaReplaces);
    return tables;
  }

  /** Call right before the statement runs. */
  announce(statement: Pick<ParsedStatement, "replaces">): void {
    this.capture.setReplacing(statement.replaces || this.schemaReplaces);
  }

  /** The rowid of the last row that was inserted into a table with rowids, not counting triggers. */
  lastRowid(): bigint {
    return this.rowid.get() as bigint;
  }

  /** Rows changed by users on this connection since it was opened, triggers and cascades included. */
  totalChanges(): number {
    return (this.changes.get() as number) - this.capture.ownChanges;
  }

  logged(uid: string): readonly string[] {
    return storedTable(this.db, uid)?.logged ?? [];
  }

  /** After a rollback: reads the cached facts about the file again. */
  recover(): void {
    this.capture.reset();
    this.reload();
    this.head = this.commits.head();
  }

  close(): void {
    this.files.close(this.db);
  }
}

function hasReplace(tokens: readonly Token[]): boolean {
  return tokens.some((token, i) => isReplace(token, tokens[i + 1]));
}

function hasDeferred(tokens: readonly Token[]): boolean {
  return tokens.some((token) => isWord(token, "DEFERRED"));
}
