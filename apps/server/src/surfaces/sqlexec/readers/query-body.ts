import { ApiError } from "../../../errors/api-error.js";
import type { Schema } from "../../../schema/index.js";

export interface QueryBody {
  readonly sql: string;
  /** `name` or `name@point`; null for the default branch. */
  readonly database: string | null;
  /** Names of fields that nobody knows, for the log. */
  readonly ignored: readonly string[];
}

const KNOWN: ReadonlySet<string> = new Set(["sql", "database", "trace_id"]);
const SHOWN = 5;
const LONGEST = 40;

/** The body of a query. Unknown fields are ignored, as the server that clients come from does. */
export const queryBody: Schema<QueryBody> = {
  json: {
    type: "object",
    required: ["sql"],
    properties: {
      sql: {
        type: "string",
        minLength: 1,
        description: "One statement.",
        example: "SELECT * FROM users WHERE age > 18",
      },
      database: {
        type: "string",
        description: "A branch by name or id, or with a point in time to read: `name@point`. Default: `main`.",
        example: "main@2026-02-15T08:00:00Z",
      },
      trace_id: {
        type: "string",
        description: "Trace id for the audit log. The header `X-Trace-ID` comes first.",
        example: "req-20260215-abc123",
      },
    },
    additionalProperties: true,
  },
  parts: [],
  parse(value) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalidBody("an object");
    const { sql = "", database = null, trace_id: traceId = null } = value as { readonly [name: string]: unknown };
    if (sql !== null && typeof sql !== "string") throw invalidBody("a string as 'sql'");
    if (database !== null && !isText(database)) throw invalidBody("a string as 'database'");
    if (traceId !== null && typeof traceId !== "string") throw invalidBody("a string as 'trace_id'");
    if (sql === null || sql === "") {
      throw new ApiError("INVALID_FIELD", "The body has no SQL.", { response_text: "sql field is required" });
    }
    // A half of a surrogate pair is no character, and would become another one on its way.
    if (!isText(sql)) throw invalidBody("Unicode in 'sql'");
    const unknown = Object.keys(value).filter((name) => !KNOWN.has(name));
    return { sql, database, ignored: unknown.slice(0, SHOWN).map((name) => name.slice(0, LONGEST)) };
  },
};

function isText(value: unknown): value is string {
  return typeof value === "string" && !/\p{Surrogate}/u.test(value);
}

function invalidBody(expected: string): ApiError {
  return new ApiError("BAD_REQUEST", `Invalid body. Expected ${expected}.`);
}
