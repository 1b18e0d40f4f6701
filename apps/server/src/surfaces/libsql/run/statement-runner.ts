import { performance } from "node:perf_hooks";
import {
  type AfterWrites,
  afterStatement,
  type DatabasePort,
  type ExecuteRequest,
  type ExecuteResult,
  HeliosError,
  type LastWrite,
  type Parameters,
  type QueryRequest,
  type Rows,
  type StatementDescription,
  type StatementText,
  splitStatements,
} from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { allows } from "../../../access/scopes.js";
import { type Caller, withAuthor } from "../../../auth/caller.js";
import { lacking } from "../../../auth/lacking.js";
import { mayTellOfLastWrite } from "../../../sql/last-write.js";
import { SqlLimits } from "../../../sql/sql-limits.js";
import { TransactionsService } from "../../../transactions/transactions.service.js";
import { ProtocolError } from "../protocol/protocol-error.js";
import type { WireStatement } from "../readers/requests.js";
import type { Stream } from "../streams/stream.js";
import { withArguments } from "./arguments.js";
import { resultOf, type StatementResult } from "./result.js";
import { StreamTransactions } from "./stream-transactions.js";
import { type Control, controlOf, type SavepointControl } from "./transaction-words.js";
import { wholeRows } from "./whole-rows.js";

const READS = ["SELECT", "VALUES", "EXPLAIN", "PRAGMA"];
const COUNTED = ["INSERT", "UPDATE", "DELETE"];

/** Asked alone, one of these functions is answered here. */
const LAST_WRITE = /^select\s+((last_insert_rowid|changes|total_changes)\s*\(\s*\))$/i;

/** Runs the statements of streams: on their branch as it is, at their point in time, or in their transaction. */
@Injectable()
export class StatementRunner {
  private readonly transactions: StreamTransactions;

  constructor(
    transactions: TransactionsService,
    private readonly limits: SqlLimits,
  ) {
    this.transactions = new StreamTransactions(transactions);
  }

  async execute(caller: Caller, stream: Stream, statement: WireStatement): Promise<StatementResult> {
    const began = performance.now();
    const text = onlyStatement(stream.textOf(statement));
    const control = controlOf(text);
    if (control) {
      await this.control(caller, stream, control);
      const rows =
        control.verb === "FOREIGN KEYS" && control.on === null
          ? oneInteger("foreign_keys", stream.foreignKeys ? 1n : 0n)
          : undefined;
      return resultOf(rows, statement.wantRows, { tookMs: performance.now() - began });
    }
    this.transactions.refuseUnlessOpen(stream);
    const { sql, params } = withArguments(statement, text);
    const done = await this.run(caller, stream, { ...text, sql }, params);
    return resultOf(done.rows, statement.wantRows, { ...done, tookMs: performance.now() - began });
  }

  /**
   * Runs statement by statement, up to the first that fails. Outside a transaction, those between
   * `PRAGMA foreign_keys = OFF` and `ON` are one commit: they rebuild tables, and while a table is dropped, rows refer
   * to nothing.
   */
  async sequence(caller: Caller, stream: Stream, sql: string): Promise<void> {
    let rebuild: StatementText[] = [];
    const endRebuild = async () => {
      const statements = rebuild.map((text) => ({ sql: text.sql }));
      rebuild = [];
      if (statements.length > 0) await this.changeWithoutKeys(caller, stream, statements);
    };
    for (const text of splitStatements(sql)) {
      const control = controlOf(text);
      if (control?.verb === "DEFER FOREIGN KEYS" && rebuild.length > 0) continue;
      if (!control && stream.isAutocommit && !stream.foreignKeys && !READS.includes(text.verb)) {
        rebuild.push(text);
        continue;
      }
      await endRebuild();
      await this.execute(caller, stream, { sql: text.sql, sqlId: null, args: [], namedArgs: [], wantRows: false });
    }
    await endRebuild();
  }

  async describe(caller: Caller, stream: Stream, sql: string): Promise<StatementDescription> {
    const text = onlyStatement(sql);
    if (controlOf(text)) return { parameters: [], columns: [], isReadonly: true, isExplain: false };
    const database = this.database(caller, stream);
    return database.describe({ branch: stream.branch, sql: text.sql, ...this.point(stream) });
  }

  /** At the end of a stream, nothing is left open. */
  close(caller: Caller, stream: Stream): Promise<void> {
    return this.transactions.abandon(caller, stream);
  }

  /** Whether the transaction of a stream is still open. */
  isOpen(caller: Caller, stream: Stream): Promise<boolean> {
    return this.transactions.isOpen(caller, stream);
  }

  private async control(caller: Caller, stream: Stream, control: Control): Promise<void> {
    switch (control.verb) {
      case "BEGIN":
        return this.transactions.begin(caller, stream, control.mode);
      case "COMMIT":
        return this.transactions.commit(caller, stream);
      case "ROLLBACK":
        return this.transactions.rollBack(caller, stream);
      case "FOREIGN KEYS":
        // Inside a transaction SQLite ignores it, too.
        if (control.on !== null && stream.isAutocommit) stream.foreignKeys = control.on;
        return;
      case "DEFER FOREIGN KEYS":
        // Outside it has no effect, and each transaction begins with it off. Inside, the commit checks all keys anyway.
        if (!stream.transaction || stream.transaction.onlyReads || !control.on) return;
        // One alone would be no batch.
        return this.write(caller, stream, [DEFER, DEFER]).then(() => {});
      default:
        return this.savepoint(caller, stream, control);
    }
  }

  /** Outside a transaction the first one begins one, and its end is that of the transaction. */
  private async savepoint(caller: Caller, stream: Stream, control: SavepointControl): Promise<void> {
    const { verb, given, name } = control;
    this.transactions.refuseUnlessOpen(stream);
    if (verb === "SAVEPOINT" && stream.isAutocommit) {
      await this.transactions.begin(caller, stream, "deferred", true);
      try {
        return await this.setSavepoint(caller, stream, control);
      } catch (error) {
        // What did not begin must not be left open.
        await this.transactions.abandon(caller, stream);
        throw error;
      }
    }
    if (verb !== "SAVEPOINT" && !stream.transaction?.savepoints.has(name)) {
      throw new ProtocolError("SQLITE_UNKNOWN", `SQLite error: no such savepoint: ${given}`);
    }
    if (verb === "RELEASE" && stream.transaction?.savepoints.isLast(name)) {
      return this.transactions.commit(caller, stream);
    }
    return this.setSavepoint(caller, stream, control);
  }

  private async setSavepoint(caller: Caller, stream: Stream, { verb, name }: SavepointControl): Promise<void> {
    const { onlyReads, savepoints } = stream.transaction!;
    // Where nothing is written, there is nothing to go back to.
    if (!onlyReads) await this.write(caller, stream, [{ sql: `${verb} "${name.replaceAll('"', '""')}"` }]);
    if (verb === "SAVEPOINT") savepoints.push(name);
    else if (verb === "RELEASE") savepoints.release(name);
    else savepoints.rollBackTo(name);
  }

  private async run(caller: Caller, stream: Stream, { sql, verb }: StatementText, params: Parameters) {
    const [, name, told] = (stream.isAutocommit && LAST_WRITE.exec(sql)) || [];
    if (told !== undefined) return { rows: oneInteger(name!, lastWriteValue(stream.lastWrite, told)) };
    // WITH stands before both kinds. Who may not write hears so only of what is no query.
    const readsFirst = READS.includes(verb) || !this.mayWrite(caller, stream);
    const inOrder = readsFirst ? [true, false] : [false, true];
    const attempt = (asQuery: boolean) =>
      asQuery ? this.query(caller, stream, sql, params) : this.change(caller, stream, sql, params);
    try {
      return await attempt(inOrder[0]!);
    } catch (error) {
      if (!isOther(error, inOrder[0]!)) throw error;
    }
    // The engine has said that it is of the other kind.
    return attempt(inOrder[1]!);
  }

  private async query(caller: Caller, stream: Stream, sql: string, params: Parameters): Promise<{ rows: Rows }> {
    const request: QueryRequest = {
      branch: stream.branch,
      sql,
      params,
      maxRows: this.limits.maxRows,
      doubleQuotedStrings: true,
      ...lastWriteFor(stream, sql),
      ...this.point(stream),
    };
    const database = this.database(caller, stream);
    const run = async () => {
      const rows = await database.query(request, caller.cancellation);
      if (!rows.truncated) return { rows };
      // There is no flag for rows that were cut off: all of them, or an error.
      return { rows: await wholeRows(database, request, stream.isAutocommit) };
    };
    return this.transactions.watch(caller, stream, run);
  }

  private async change(caller: Caller, stream: Stream, sql: string, params: Parameters) {
    if (stream.isAutocommit && !stream.foreignKeys) return this.changeWithoutKeys(caller, stream, [{ sql, params }]);
    return this.note(stream, await this.write(caller, stream, [{ sql, params }]));
  }

  /** Runs statements as one commit, at whose end the references are checked. */
  private async changeWithoutKeys(caller: Caller, stream: Stream, statements: ExecuteRequest["statements"]) {
    this.transactions.refuseUnlessOpen(stream);
    const done = await this.write(caller, stream, [{ sql: "PRAGMA foreign_keys = OFF" }, ...statements]);
    return this.note(stream, done);
  }

  /** Takes note of what `changes()` and `last_insert_rowid()` tell. Returns what the last of some writes did. */
  private note(stream: Stream, results: ExecuteResult["results"]) {
    stream.lastWrite = results.reduce(afterStatement, stream.lastWrite);
    const last = results.at(-1)!;
    const affected = COUNTED.includes(last.statementType) ? last.affectedRows : 0;
    return { rows: last.returning, affected, rowid: last.lastInsertId };
  }

  private async write(caller: Caller, stream: Stream, statements: ExecuteRequest["statements"]) {
    if (stream.at) throw readonly(" (the address names a point in time)");
    if (!allows(caller.identity.scopes, "write")) throw lacking("write");
    if (stream.transaction?.onlyReads) throw readonly();
    const { maxRows } = this.limits;
    const bounds = { maxRows, wholeRows: true, doubleQuotedStrings: true };
    // A query that begins with WITH may stand among the statements of a rebuild.
    const said = lastWriteFor(stream, ...statements.map(({ sql }) => sql));
    const request = { branch: stream.branch, statements, queries: statements.length > 1, ...bounds, ...said };
    const run = () => this.database(caller, stream).execute(withAuthor(caller, request), caller.cancellation);
    stream.hasWritten = true;
    return (await this.transactions.watch(caller, stream, run)).results;
  }

  private mayWrite({ identity }: Caller, { at, transaction }: Stream): boolean {
    return at === null && !transaction?.onlyReads && allows(identity.scopes, "write");
  }

  private database(caller: Caller, stream: Stream): DatabasePort {
    return this.transactions.within(caller, stream).database;
  }

  private point({ at, transaction }: Stream): Pick<QueryRequest, "at"> {
    return at && transaction === null ? { at } : {};
  }
}

const DEFER = { sql: "PRAGMA defer_foreign_keys = ON" };

function onlyStatement(sql: string): StatementText {
  const [first, second] = splitStatements(sql);
  if (!first) throw new ProtocolError("SQL_NO_STATEMENT", "SQL string does not contain any statement");
  if (second) throw new ProtocolError("SQL_MANY_STATEMENTS", "SQL string contains more than one statement");
  return first;
}

/** Whether a statement was refused for being of the other kind than it was tried as. */
function isOther(error: unknown, asQuery: boolean): boolean {
  return error instanceof HeliosError && error.code === (asQuery ? "NOT_A_QUERY" : "NOT_A_STATEMENT");
}

function readonly(why = ""): ProtocolError {
  return new ProtocolError("SQLITE_READONLY", `SQLite error: attempt to write a readonly database${why}`);
}

function oneInteger(name: string, value: bigint): Pick<Rows, "columns" | "rows"> {
  return { columns: [{ name, type: "int8", declared: null }], rows: [[value]] };
}

function lastWriteValue({ changes, totalChanges, rowid }: LastWrite, told: string): bigint {
  switch (told.toLowerCase()) {
    case "changes":
      return BigInt(changes);
    case "total_changes":
      return BigInt(totalChanges);
    default:
      return rowid;
  }
}

/** A stream is its client's connection, in transactions and outside. Other requests need not carry it. */
function lastWriteFor({ lastWrite }: Stream, ...sqls: readonly string[]): AfterWrites {
  return sqls.some(mayTellOfLastWrite) ? { lastWrite } : {};
}
