import { KEYS, type TestServer } from "./server.js";

/** What a pipeline told of one statement. */
export interface Told {
  /** Null where it was run. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly rows: readonly (readonly unknown[])[];
  /** Whether no transaction was open behind it. */
  readonly autocommit: boolean;
}

interface Result {
  readonly error?: { readonly code: string; readonly message: string };
  readonly response?: {
    readonly is_autocommit?: boolean;
    readonly result?: { readonly rows?: readonly (readonly { readonly value?: unknown }[])[] };
  };
}

/** Sends statements as one pipeline on a stream of its own, each as an execute. */
export async function executeAll(
  server: TestServer,
  statements: readonly string[],
  { key = KEYS.admin, place = "main" } = {},
): Promise<readonly Told[]> {
  const requests = statements.flatMap((sql) => [{ type: "execute", stmt: { sql } }, { type: "get_autocommit" }]);
  const results = await pipelineResults(server, [...requests, { type: "close" }], { key, place });
  return statements.map((_, i) => {
    const [{ error = null, response }, after] = [results[2 * i]!, results[2 * i + 1]!];
    const rows = (response?.result?.rows ?? []).map((row) => row.map(({ value }) => value ?? null));
    return { error, rows, autocommit: after.response!.is_autocommit! };
  });
}

/** The results of the requests of one pipeline. */
export async function pipelineResults(
  server: TestServer,
  requests: readonly object[],
  { key = KEYS.admin, place = "main" } = {},
): Promise<readonly Result[]> {
  const response = await fetch(`${server.url}/hrana/${place}/v3/pipeline`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ requests }),
  });
  const { results } = (await response.json()) as { readonly results: readonly Result[] };
  return results;
}
