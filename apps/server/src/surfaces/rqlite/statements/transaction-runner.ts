import { type ExecuteResult, HeliosError } from "@heliosdb/port";
import { type Caller, withAuthor } from "../../../auth/caller.js";
import type { BoundStatement } from "./arguments.js";
import type { Deadline } from "./deadline.js";
import { failed, type Mode, NOTHING, type Outcome, type Outcomes, writtenOutcome } from "./outcome.js";
import type { Prepared } from "./prepared.js";
import { type Reading, runQuery } from "./query-runner.js";
import { isOfCompilation, isOfRequest, statementError } from "./statement-errors.js";
import { onlyReads } from "./write-runner.js";

/** Reads that failed, or that no transaction takes: so often is the rest run again without them. */
const MOST_RUNS = 16;

/** A statement of a transaction, and the string that it stands in. */
interface Step {
  readonly statement: BoundStatement;
  readonly string: number;
}

/**
 * Runs the strings of a request as one commit. At the first write that fails everything is undone, and the outcomes end
 * with its error; those before it have nothing to tell, since it did not happen. A read of `/db/request` that can't be
 * compiled is passed over.
 */
export async function runTransaction(
  caller: Caller,
  reading: Omit<Reading, "at" | "transaction">,
  strings: readonly Prepared[],
  deadline: Deadline,
  mode: Mode,
): Promise<Outcomes> {
  const broken = strings.findIndex(({ kind }) => kind === "failed");
  const steps = strings
    .slice(0, broken < 0 ? undefined : broken)
    .flatMap((string, i): Step[] =>
      string.kind === "failed" ? [] : string.all.map((statement) => ({ statement, string: i })),
    );
  const outcomes: Outcome[] = strings.map((string) => (string.kind === "failed" ? failed(string.message) : NOTHING));
  if (broken >= 0 || steps.length === 0) {
    return { mode, outcomes: outcomes.slice(0, broken < 0 ? undefined : broken + 1), scn: null };
  }
  const start = performance.now();
  let left: readonly Step[] = steps;
  const alone: Step[] = [];
  for (let runs = 1; left.length > 0; runs++) {
    try {
      const { results, ...commit } = await run(caller, reading, left, deadline);
      const ms = (performance.now() - start) / results.length;
      results.forEach((result, i) => {
        const { statement, string } = left[i]!;
        const told = mode === "execute" && onlyReads(statement) ? NOTHING : writtenOutcome(result, ms);
        outcomes[string] = told;
      });
      await readAlone(caller, reading, alone, deadline, mode, outcomes);
      return { mode, outcomes, scn: commit.scn };
    } catch (error) {
      if (!(error instanceof HeliosError) || isOfRequest(error)) throw error;
      const index = typeof error.data.statement_index === "number" ? error.data.statement_index : 0;
      const step = left[index]!;
      const { sql } = step.statement;
      const isPassedOver = runs < MOST_RUNS && onlyReads(step.statement) && mayPassOver(error, mode);
      if (!isPassedOver) {
        outcomes[step.string] = failed(statementError(error, mode, sql));
        return { mode, outcomes: outcomes.slice(0, step.string + 1), scn: null };
      }
      if (error.code === "NOT_A_STATEMENT") alone.push(step);
      else outcomes[step.string] = failed(statementError(error, mode, sql));
      left = left.filter((each) => each !== step);
    }
  }
  await readAlone(caller, reading, alone, deadline, mode, outcomes);
  return { mode, outcomes, scn: null };
}

function run(
  caller: Caller,
  { branch, maxRows }: Omit<Reading, "at" | "transaction">,
  steps: readonly Step[],
  deadline: Deadline,
): Promise<ExecuteResult> {
  const statements = steps.map(({ statement: { sql, params } }) => ({ sql, params }));
  const bounds = { maxRows, deadlineMs: deadline.next(), doubleQuotedStrings: true, queries: true };
  return caller.database.execute(withAuthor(caller, { branch, statements, ...bounds }), caller.cancellation);
}

/** Statements that a transaction of the port does not take, and in `/db/request` errors that SQLite finds before anything runs. */
function mayPassOver(error: HeliosError, mode: Mode): boolean {
  return error.code === "NOT_A_STATEMENT" || (mode === "request" && isOfCompilation(error));
}

/** EXPLAIN, PRAGMA and VALUES, once the transaction is over. */
async function readAlone(
  caller: Caller,
  reading: Omit<Reading, "at" | "transaction">,
  steps: readonly Step[],
  deadline: Deadline,
  mode: Mode,
  outcomes: Outcome[],
): Promise<void> {
  for (const { statement, string } of steps) {
    try {
      const { outcome } = await runQuery(caller, { ...reading, at: undefined }, statement, deadline);
      if (mode !== "execute") outcomes[string] = outcome;
    } catch (error) {
      if (!(error instanceof HeliosError)) throw error;
      outcomes[string] = failed(statementError(error, mode, statement.sql));
    }
  }
}
