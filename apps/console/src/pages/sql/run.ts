import { type ColumnType, type HeliosDBClient, isHeliosDBError, type Row, type Value } from "@heliosdb/client";
import type { Statement } from "../../sqltext/statements.js";
import { randomText } from "../../util/random-text.js";

export interface Rows {
  readonly columns: readonly string[];
  readonly types: readonly ColumnType[];
  readonly rows: readonly Row[];
  /** Whether the result has more rows than are shown. */
  readonly truncated: boolean;
}

/** What one statement led to. */
export type Outcome = { readonly sql: string; readonly params: readonly Value[]; readonly ms: number } & (
  | { readonly kind: "rows"; readonly result: Rows }
  | { readonly kind: "plan"; readonly plan: string }
  | { readonly kind: "done"; readonly message: string; readonly scn: number; readonly returning: Rows | null }
  | { readonly kind: "failed"; readonly error: unknown }
);

export interface RunRequest {
  readonly branch: string;
  readonly at: string | undefined;
  readonly statements: readonly Statement[];
  readonly params: readonly Value[];
  readonly planOnly: boolean;
  readonly signal: AbortSignal;
}

/** In short, for the history of what was run; null where it went well. */
export function failureOf(outcome: Outcome): string | null {
  if (outcome.kind !== "failed") return null;
  const { error } = outcome;
  if (error instanceof DOMException && error.name === "AbortError") return "cancelled";
  if (isHeliosDBError(error, "QUERY_CANCELLED")) return "cancelled";
  return isHeliosDBError(error) ? error.code : "failed";
}

/** Rows that are shown; an export has all. */
export const MOST_ROWS = 5000;

/** Runs statements one after the other, each by itself, up to the first that fails. */
export async function* run(client: HeliosDBClient, request: RunRequest): AsyncGenerator<Outcome> {
  for (const statement of request.statements) {
    if (request.signal.aborted) return;
    const began = performance.now();
    const params = request.params.slice(0, statement.parameters);
    const base = () => ({ sql: statement.sql, params, ms: performance.now() - began });
    try {
      const outcome = await runOne(client, request, statement, params);
      yield { ...base(), ...outcome };
    } catch (error) {
      yield { ...base(), kind: "failed", error };
      return;
    }
  }
}

async function runOne(
  client: HeliosDBClient,
  { branch, at, planOnly, signal }: RunRequest,
  { sql, reads }: Statement,
  params: readonly Value[],
) {
  const options = { branch, params };
  if (planOnly && reads) {
    const { executionPlan } = await client.sql.query(sql, { ...options, asOf: at, signal, explain: true, maxRows: 1 });
    return { kind: "plan", plan: executionPlan ?? "" } as const;
  }
  if (reads) {
    // As a stream, so that the server stops its work when somebody cancels.
    const stream = await client.sql.stream(sql, { ...options, asOf: at, signal, maxRows: MOST_ROWS });
    const rows: Row[] = [];
    for await (const row of stream) rows.push(row);
    const { columns, columnTypes: types } = stream;
    return { kind: "rows", result: { columns, types, rows, truncated: stream.end?.truncated ?? false } } as const;
  }
  if (at !== undefined) throw new Error("The past is read-only. Go back to now to change something.");
  // Whoever cancels a write waits for what became of it: it may have been written just before.
  const queryId = `console-${randomText()}`;
  const cancel = () => void client.queries.cancel(queryId).catch(() => {});
  signal.addEventListener("abort", cancel);
  const { message, scn, returning } = await client.sql
    .execute(sql, { ...options, queryId })
    .finally(() => signal.removeEventListener("abort", cancel));
  const { columns = [], columnTypes: types = [], rows = [], truncated = false } = returning ?? {};
  return { kind: "done", message, scn, returning: returning ? { columns, types, rows, truncated } : null } as const;
}
