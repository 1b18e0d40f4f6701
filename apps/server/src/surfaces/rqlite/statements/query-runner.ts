import { type AfterWrites, HeliosError, NOW, type PointInTime } from "@heliosdb/port";
import type { Caller } from "../../../auth/caller.js";
import type { BoundStatement } from "./arguments.js";
import type { Deadline } from "./deadline.js";
import { failed, type Mode, NOTHING, type Outcome, type Outcomes, rowsOutcome } from "./outcome.js";
import type { Prepared } from "./prepared.js";
import { isOfCompilation, isOfRequest, statementError } from "./statement-errors.js";

export interface Reading {
  readonly branch: string;
  readonly at: PointInTime | undefined;
  /** All of one state. */
  readonly transaction: boolean;
  readonly maxRows: number;
}

/** Runs statements that only read, one after the other, each with its own outcome. Throws what is of the request. */
export async function runQueries(
  caller: Caller,
  reading: Reading,
  strings: readonly Prepared[],
  deadline: Deadline,
  mode: Mode,
): Promise<Outcomes> {
  const { database } = caller;
  const { branch, at = NOW } = reading;
  const oneState = reading.transaction && strings.length > 1;
  const point: PointInTime = oneState ? { kind: "scn", scn: (await database.resolve({ branch, at })).scn } : at;
  const outcomes: Outcome[] = [];
  let scn: number | null = null;
  for (const string of strings) {
    if (string.kind === "failed") {
      outcomes.push(failed(string.message));
      continue;
    }
    let last = NOTHING;
    let sql = "";
    try {
      for (const statement of string.all) {
        ({ sql } = statement);
        const read = await runQuery(caller, { ...reading, at: point }, statement, deadline);
        last = read.outcome;
        scn = Math.max(read.scn, scn ?? 0);
      }
    } catch (error) {
      if (isOfRequest(error)) throw error;
      last = failed(statementError(error as HeliosError, mode, sql));
      if (reading.transaction && mode === "request" && !isOfCompilation(error as HeliosError)) {
        outcomes.push(last);
        break;
      }
    }
    outcomes.push(last);
  }
  return { mode, outcomes, scn };
}

export async function runQuery(
  { database, cancellation }: Caller,
  { branch, at, maxRows }: Omit<Reading, "transaction">,
  { sql, params }: BoundStatement,
  deadline: Deadline,
  after: AfterWrites = {},
): Promise<{ readonly outcome: Outcome; readonly scn: number }> {
  const start = performance.now();
  const deadlineMs = deadline.next();
  const request = { branch, ...(at && { at }), ...after, sql, params, maxRows, deadlineMs, doubleQuotedStrings: true };
  const { scn, ...rows } = await database.query(request, cancellation);
  return { outcome: rowsOutcome(rows, performance.now() - start), scn };
}
