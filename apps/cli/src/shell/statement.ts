import { HeliosDBError } from "@heliosdb/client";
import { UsageError } from "../errors/exit-codes.js";
import { note } from "../output/writer.js";
import { placeText } from "./settings.js";
import type { Shell } from "./shell.js";
import { noteEnd, runTransactionStatement } from "./transaction.js";

/** Rows that are shown of one result. */
const MOST_ROWS = 10_000;

/**
 * Runs one statement. The server knows which ones only read: it refuses others as a query, and has done nothing then.
 */
export async function runStatement(shell: Shell, sql: string, signal: AbortSignal): Promise<void> {
  const { settings } = shell;
  const began = performance.now();
  if (await runTransactionStatement(shell, sql)) return;
  try {
    await run(shell, sql, signal);
  } catch (error) {
    noteEnd(shell, error);
    throw error;
  }
  if (settings.timing) note(`Time: ${(performance.now() - began).toFixed(1)} ms`);
}

async function run(shell: Shell, sql: string, signal: AbortSignal): Promise<void> {
  const { settings } = shell;
  try {
    await query(shell, sql, signal);
  } catch (error) {
    const { code } = error instanceof HeliosDBError ? error : { code: "" };
    const isSavepoint = code === "TRANSACTION_CONTROL" && settings.transaction !== undefined;
    if (code !== "NOT_A_QUERY" && !isSavepoint) throw error;
    if (settings.asOf !== undefined) {
      throw new UsageError(`Only reads take a point in time. \\asof now returns to the present of ${settings.branch}.`);
    }
    await execute(shell, sql, signal);
  }
}

async function query({ client, settings, output }: Shell, sql: string, signal: AbortSignal): Promise<void> {
  const { branch, asOf, transaction } = settings;
  const place = transaction ? { branch, transactionId: transaction.id } : { branch, asOf };
  const result = await client.sql.query(sql, { ...place, maxRows: MOST_ROWS, signal });
  output.rows(result.columns, result.rows);
  const some = result.truncated ? "the first " : "";
  if (process.stdout.isTTY) note(`(${some}${result.rowCount} ${result.rowCount === 1 ? "row" : "rows"})`);
  else if (result.truncated) note(`Showing the first ${result.rowCount} rows`);
}

async function execute(shell: Shell, sql: string, signal: AbortSignal): Promise<void> {
  const { client, settings, output } = shell;
  const { branch, transaction } = settings;
  const result = await client.sql.execute(sql, { branch, transactionId: transaction?.id, maxRows: MOST_ROWS, signal });
  shell.forgetNames();
  if (result.returning) output.rows(result.returning.columns, result.returning.rows);
  const verb = result.statementType.replaceAll("_", " ");
  const where = transaction ? "not committed yet" : `${placeText(settings)} is at scn ${result.scn}`;
  note(`${verb}: ${result.affectedRows} ${result.affectedRows === 1 ? "row" : "rows"}, ${where}`);
}
