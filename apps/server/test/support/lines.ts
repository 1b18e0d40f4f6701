import { expect } from "vitest";
import { PRESENTERS } from "../../dist/surfaces/v1/formats/presenters.js";
import { KEYS } from "./server.js";

// biome-ignore lint/suspicious/noExplicitAny: tests read lines field by field
type Line = any;

export interface Lines {
  readonly status: number;
  readonly headers: Headers;
  readonly first: Line;
  readonly rows: readonly Line[];
  readonly last: Line;
}

export type LinesDialect = "lite" | "spec";

export interface LinesOptions {
  readonly key?: string;
  readonly branch?: string;
  readonly dialect?: LinesDialect;
  readonly signal?: AbortSignal;
}

/** Asks for the rows of a query in lines. Its body is not read yet. */
export function openLines(server: { url: string }, body: object, options: LinesOptions = {}): Promise<Response> {
  const { key = KEYS.admin, branch = "main", dialect = "lite", signal } = options;
  const headers = {
    "x-api-key": key,
    "content-type": "application/json",
    accept: `application/x-ndjson; dialect=${dialect}`,
  };
  return fetch(`${server.url}/v1/branches/${branch}/query`, {
    method: "POST",
    body: JSON.stringify(body),
    headers,
    signal,
  });
}

/** All lines, each held against the schema that the OpenAPI document promises for it. */
export async function readLines(response: Response, dialect: LinesDialect = "lite"): Promise<Lines> {
  const { status, headers } = response;
  const text = await response.text();
  expect([status, headers.get("content-type")]).toEqual([200, `application/x-ndjson; dialect=${dialect}`]);
  expect(headers.get("vary")).toContain("Accept");
  expect(text.endsWith("\n")).toBe(true);
  const all: Line[] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { stream, errorSchema } = PRESENTERS[dialect];
  const [first, last] = [all[0], all.at(-1)];
  const rows = all.slice(1, -1);
  stream.first.schema!.parse(first, "");
  for (const row of rows) stream.row.parse(row, "");
  (last.error === undefined ? stream.last.schema! : errorSchema).parse(last, "");
  return { status, headers, first, rows, last };
}

export async function lines(server: { url: string }, body: object, options: LinesOptions = {}): Promise<Lines> {
  return readLines(await openLines(server, body, options), options.dialect);
}

/** So many rows of about `width` bytes each. */
export function manyRows(count: number, width = 20): string {
  return (
    `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count}) ` +
    `SELECT n, hex(zeroblob(${Math.floor(width / 2)})) AS pad FROM c`
  );
}
