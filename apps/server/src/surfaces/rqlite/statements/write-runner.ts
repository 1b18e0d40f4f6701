import {
  type CommitInfo,
  HeliosError,
  type Statement,
  type StatementOutcome,
  type StatementResult,
} from "@heliosdb/port";
import { type Caller, withAuthor } from "../../../auth/caller.js";
import { calledOfLastWrite } from "../../../sql/last-write.js";
import type { BoundStatement } from "./arguments.js";
import type { Deadline } from "./deadline.js";
import { failed, type Mode, NOTHING, type Outcome, type Outcomes, writtenOutcome } from "./outcome.js";
import { OwnWrites } from "./own-writes.js";
import type { Prepared } from "./prepared.js";
import { type Reading, runQuery } from "./query-runner.js";
import { isOfRequest, statementError } from "./statement-errors.js";

/** Verbs of statements that only read. WITH may begin either kind. */
const READS: ReadonlySet<string> = new Set(["SELECT", "VALUES", "PRAGMA", "EXPLAIN"]);

export function onlyReads({ verb }: BoundStatement): boolean {
  return READS.has(verb);
}

/** Runs the strings of a request one after the other. Each is a commit, whatever becomes of the others. */
export class WriteRunner {
  private readonly outcomes: Outcome[] = [];
  private scn: number | null = null;
  private hasCommitted = false;
  private calls = 0;
  private readonly own = new OwnWrites();

  constructor(
    private readonly caller: Caller,
    private readonly reading: Omit<Reading, "at" | "transaction">,
    private readonly deadline: Deadline,
    private readonly mode: Mode,
  ) {}

  /** Throws what is of the request, as long as nothing has been committed. */
  async run(strings: readonly Prepared[]): Promise<Outcomes> {
    let alone: BoundStatement[] = [];
    for (const string of strings) {
      const single = string.kind === "statements" && string.all.length === 1 ? string.all[0]! : null;
      if (single && !(this.mode === "request" && mayRead(single))) {
        if (calledOfLastWrite(single.sql).size === 0) {
          alone.push(single);
          continue;
        }
        // It must know what those before it have written.
        await this.each(alone);
        alone = [];
        if (!this.refuse([single])) await this.each([single]);
        continue;
      }
      await this.each(alone);
      alone = [];
      if (string.kind === "failed") this.outcomes.push(failed(string.message));
      else if (string.all.length === 0) this.outcomes.push(NOTHING);
      else if (this.refuse(string.all)) continue;
      else if (single) await this.read(single);
      else await this.together(string.all);
    }
    await this.each(alone);
    return { mode: this.mode, outcomes: this.outcomes, scn: this.scn };
  }

  /** Statements that stand alone in their strings share their fsyncs. */
  private async each(statements: readonly BoundStatement[]): Promise<void> {
    if (statements.length === 0) return;
    const start = performance.now();
    let found: readonly StatementOutcome[];
    try {
      found = await this.caller.database.executeEach(this.asked(statements), this.caller.cancellation);
    } catch (error) {
      for (const { sql } of statements) this.fail(error, sql);
      return;
    }
    const ms = (performance.now() - start) / found.length;
    for (const [i, outcome] of found.entries()) {
      if (outcome.ok) {
        this.note(outcome.commit, [outcome.result]);
        this.outcomes.push(writtenOutcome(outcome.result, ms));
      } else if (outcome.error.code === "NOT_A_STATEMENT") await this.readForNothing(statements[i]!);
      else this.fail(outcome.error, statements[i]!.sql);
    }
  }

  /** The statements of one string are one commit, and the last one tells of it. */
  private async together(statements: readonly BoundStatement[]): Promise<void> {
    const start = performance.now();
    try {
      const request = { ...this.asked(statements), queries: true };
      const { results, ...commit } = await this.caller.database.execute(request, this.caller.cancellation);
      this.note(commit, results);
      const told = writtenOutcome(results.at(-1)!, performance.now() - start);
      this.outcomes.push(this.mode === "execute" && onlyReads(statements.at(-1)!) ? NOTHING : told);
    } catch (error) {
      this.fail(error, textOf(error, statements));
    }
  }

  /** Where it turns out to write, it is run as such. */
  private async read(statement: BoundStatement): Promise<void> {
    try {
      const { outcome, scn } = await runQuery(
        this.caller,
        { ...this.reading, at: undefined },
        statement,
        this.deadline,
        this.own.for([statement]),
      );
      this.scn = Math.max(scn, this.scn ?? 0);
      this.outcomes.push(outcome);
    } catch (error) {
      if (error instanceof HeliosError && error.code === "NOT_A_QUERY") await this.each([statement]);
      else this.fail(error, statement.sql);
    }
  }

  /** A query sent as a write is run for its errors, and has no result. */
  private async readForNothing(statement: BoundStatement): Promise<void> {
    try {
      const reading = { ...this.reading, maxRows: 1, at: undefined };
      const { scn } = await runQuery(this.caller, reading, statement, this.deadline, this.own.for([statement]));
      this.scn = Math.max(scn, this.scn ?? 0);
      this.outcomes.push(NOTHING);
    } catch (error) {
      this.fail(error, statement.sql);
    }
  }

  private asked(statements: readonly Statement[]) {
    const { branch, maxRows } = this.reading;
    const request = withAuthor(this.caller, {
      branch,
      maxRows,
      deadlineMs: this.deadline.next(),
      doubleQuotedStrings: true,
      ...this.own.for(statements),
      statements: statements.map(({ sql, params }) => ({ sql, params })),
    });
    if (request.requestId === undefined) return request;
    // Each call of a request that may be sent again takes effect once.
    return { ...request, requestId: `${request.requestId}.${this.calls++}` };
  }

  private refuse(statements: readonly BoundStatement[]): boolean {
    const message = this.own.untold(statements);
    if (message !== null) this.outcomes.push(failed(message));
    return message !== null;
  }

  private note({ scn, changed }: CommitInfo, results: readonly StatementResult[]): void {
    for (const result of results) this.own.note(result);
    this.scn = Math.max(scn, this.scn ?? 0);
    if (changed) this.hasCommitted = true;
  }

  private fail(error: unknown, sql: string): void {
    if (!(error instanceof HeliosError) || (isOfRequest(error) && !this.hasCommitted)) throw error;
    this.outcomes.push(failed(statementError(error, this.mode, sql)));
  }
}

/** The text of the statement among several that failed. */
export function textOf(error: unknown, statements: readonly Pick<BoundStatement, "sql">[]): string {
  const index = error instanceof HeliosError ? error.data.statement_index : 0;
  return statements[typeof index === "number" ? index : 0]?.sql ?? "";
}

/** WITH is tried as a query first. */
function mayRead(statement: BoundStatement): boolean {
  return onlyReads(statement) || statement.verb === "WITH";
}
