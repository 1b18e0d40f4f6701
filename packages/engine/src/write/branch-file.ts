import { Capture, WrittenTables } from "../capture/capture.js";
import { type Connection, openForWriting, type Statement } from "../file/connection.js";
import { checkFormat } from "../file/format.js";
import { Lru } from "../lru.js";
import { type Commit, CommitLog } from "../meta/commits.js";
import { epochNow, storedTables } from "../schema/epochs.js";
import type { Epoch, TableDef } from "../schema/model.js";
import { isReplace, type ParsedStatement, parseStatement } from "../sql/statement.js";
import { isWord, tokenize } from "../sql/tokenize.js";
import { RequestLog } from "./request-log.js";

const STATEMENTS = 256;

/** The one connection that writes to a branch file, and what is known of the file on it. */
export class BranchFile {
  readonly db: Connection;
  readonly commits: CommitLog;
  readonly capture: Capture;
  readonly requests: RequestLog;
  epoch!: Epoch;
  head: Commit;
  /** Some constraint is checked only at COMMIT: then a bad write would take its whole group down. */
  hasDeferred = false;
  /** A trigger or a table says REPLACE, so any statement may push rows out. */
  private schemaReplaces = false;
  private written!: WrittenTables;
  private targets = new Lru<string, TableDef[]>(STATEMENTS);
  private statements = new Lru<string, Statement>(STATEMENTS);
  private readonly parsed = new Lru<string, ParsedStatement>(STATEMENTS);
  private readonly changes: Statement;
  private readonly beginStatement: Statement;
  private readonly commitStatement: Statement;

  constructor(
    readonly path: string,
    /** Internal id that commits made here carry. */
    readonly internal: string,
  ) {
    this.db = openForWriting(path);
    checkFormat(this.db, "The branch file");
    this.commits = new CommitLog(this.db);
    this.capture = new Capture(this.db);
    this.requests = new RequestLog(this.db);
    this.changes = this.db.prepare("SELECT total_changes()").pluck();
    this.beginStatement = this.db.prepare("BEGIN IMMEDIATE");
    this.commitStatement = this.db.prepare("COMMIT");
    this.head = this.commits.head();
    this.reload();
  }

  /** Reads the schema again: after it changed, or after such a change was rolled back. */
  reload(): void {
    this.adoptEpoch(epochNow(this.db));
  }

  adoptEpoch(epoch: Epoch): void {
    this.epoch = epoch;
    this.written = new WrittenTables(this.db, epoch);
    this.targets.clear();
    this.statements.clear();
    const texts = [...epoch.tables.map((table) => table.sql), ...epoch.objects.map((object) => object.sql)].map(
      tokenize,
    );
    this.schemaReplaces = texts.some((tokens) => tokens.some((token, i) => isReplace(token, tokens[i + 1])));
    this.hasDeferred = texts.some((tokens) => tokens.some((token) => isWord(token, "DEFERRED")));
  }

  parse(sql: string): ParsedStatement {
    return this.parsed.getOr(sql, () => parseStatement(sql));
  }

  begin(): void {
    this.beginStatement.run();
  }

  commit(): void {
    this.commitStatement.run();
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

  /** Rows changed by users on this connection since it was opened, triggers and cascades included. */
  totalChanges(): number {
    return (this.changes.get() as number) - this.capture.ownChanges;
  }

  logged(uid: string): readonly string[] {
    return storedTables(this.db).get(uid)?.logged ?? [];
  }

  /** After a rollback: what is remembered of the file is read again. */
  recover(): void {
    this.capture.reset();
    this.reload();
    this.head = this.commits.head();
  }

  close(): void {
    this.db.close();
  }
}
