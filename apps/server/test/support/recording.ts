import { appendFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { expect } from "vitest";
import type { Dialect } from "../../dist/surfaces/v1/dialect/dialects.js";

const FOLDER = resolve(import.meta.dirname, "..");

/** What one request of a test sent and got, by name; fields of fields are written `stats.rows`. */
export interface Recorded {
  /** `http/data: inserting > answers 201`. */
  readonly test: string;
  readonly operation: string;
  readonly dialect: Dialect;
  readonly query: readonly string[];
  readonly body: readonly string[];
  readonly words: readonly string[];
  readonly answer: readonly string[];
  readonly error: string | null;
}

/** Where HELIOS_RECORD names a file, writes down there what the running test sent and got. */
export function record(request: {
  readonly operation: string;
  readonly dialect: Dialect;
  readonly url: string;
  readonly body: unknown;
  readonly answer: { readonly status: number; readonly body: unknown };
}): void {
  const file = process.env.HELIOS_RECORD;
  const { currentTestName, testPath } = expect.getState();
  if (file === undefined || currentTestName === undefined || testPath === undefined) return;
  const query = [...new URL(request.url, "http://x").searchParams];
  const sent = fieldsOf(request.body);
  const { status, body } = request.answer;
  const said = body as { data?: unknown; code?: string; error?: { code?: string } } | string;
  const isError = status >= 400 && typeof said === "object";
  const recorded: Recorded = {
    test: `${relative(FOLDER, testPath).replace(/\.test\.ts$/, "")}: ${currentTestName}`,
    operation: request.operation,
    dialect: request.dialect,
    query: query.map(([name]) => name),
    body: sent.map(([name]) => name),
    words: [...query, ...sent].flatMap(([name, value]) => (typeof value === "string" ? [`${name}=${value}`] : [])),
    answer: status < 300 && typeof said === "object" ? namesOf(request.dialect === "spec" ? said.data : said) : [],
    error: isError ? ((request.dialect === "spec" ? said.error?.code : said.code) ?? null) : null,
  };
  appendFileSync(file, `${JSON.stringify(recorded)}\n`);
}

function namesOf(value: unknown): string[] {
  return [...new Set(fieldsOf(value).map(([name]) => name))];
}

function fieldsOf(value: unknown, path = ""): [name: string, value: unknown][] {
  if (Array.isArray(value)) return value.flatMap((entry) => fieldsOf(entry, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const full = path === "" ? name : `${path}.${name}`;
    return [[full, field] as [string, unknown], ...fieldsOf(field, full)];
  });
}
