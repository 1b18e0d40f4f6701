import { ApiError } from "../../../errors/api-error.js";
import type { Schema } from "../../../schema/index.js";

/** A statement with its arguments, as a client sent them. `sqlId` names a text that it has stored. */
export interface WireStatement {
  readonly sql: string | null;
  readonly sqlId: number | null;
  readonly args: readonly unknown[];
  readonly namedArgs: readonly { readonly name: string; readonly value: unknown }[];
  readonly wantRows: boolean;
}

export type Condition =
  | { readonly type: "ok" | "error"; readonly step: number }
  | { readonly type: "not"; readonly cond: Condition }
  | { readonly type: "and" | "or"; readonly conds: readonly Condition[] }
  | { readonly type: "is_autocommit" };

export interface Step {
  readonly condition: Condition | null;
  readonly stmt: WireStatement;
}

type TextRef = Pick<WireStatement, "sql" | "sqlId">;

export type StreamRequest =
  | { readonly type: "execute"; readonly stmt: WireStatement }
  | { readonly type: "batch"; readonly steps: readonly Step[] }
  | ({ readonly type: "sequence" | "describe" } & TextRef)
  | { readonly type: "store_sql"; readonly sqlId: number; readonly sql: string }
  | { readonly type: "close_sql"; readonly sqlId: number }
  | { readonly type: "close" | "get_autocommit" };

export interface PipelineBody {
  readonly baton: string | null;
  readonly requests: readonly StreamRequest[];
}

export interface CursorBody {
  readonly baton: string | null;
  readonly steps: readonly Step[];
}

type Fields = { readonly [name: string]: unknown };

/** Requests in one pipeline, and steps of one batch. */
const MOST = 10_000;

/** Unknown fields are ignored, and null means absent, as in the server that clients come from. */
export const pipelineBody: Schema<PipelineBody> = {
  json: {
    type: "object",
    required: ["requests"],
    properties: {
      baton: { type: "string", nullable: true, description: "Of the previous response, to go on with its stream." },
      requests: {
        type: "array",
        items: {
          type: "object",
          required: ["type"],
          properties: {
            type: {
              type: "string",
              enum: [
                ...["execute", "batch", "sequence", "describe", "store_sql", "close_sql", "close", "get_autocommit"],
              ],
            },
          },
          additionalProperties: true,
        },
      },
    },
    additionalProperties: true,
  },
  parts: [],
  parse(value) {
    const { baton, requests } = fieldsOf(value, "an object as the body");
    return { baton: textOrNull(baton, "baton"), requests: listOf(requests, "requests").map(requestOf) };
  },
};

export const cursorBody: Schema<CursorBody> = {
  json: {
    type: "object",
    required: ["batch"],
    properties: {
      baton: { type: "string", nullable: true },
      batch: {
        type: "object",
        required: ["steps"],
        properties: { steps: { type: "array", items: { type: "object" } } },
      },
    },
    additionalProperties: true,
  },
  parts: [],
  parse(value) {
    const { baton, batch } = fieldsOf(value, "an object as the body");
    return { baton: textOrNull(baton, "baton"), steps: stepsOf(batch) };
  },
};

function requestOf(value: unknown): StreamRequest {
  const fields = fieldsOf(value, "an object in requests");
  const { type } = fields;
  switch (type) {
    case "execute":
      return { type, stmt: statementOf(fields.stmt) };
    case "batch":
      return { type, steps: stepsOf(fields.batch) };
    case "sequence":
    case "describe":
      return { type, ...textOf(fields) };
    case "store_sql": {
      const { sql } = textOf(fields);
      if (sql === null) throw invalid("a text as sql");
      return { type, sql, sqlId: idOf(fields.sql_id) };
    }
    case "close_sql":
      return { type, sqlId: idOf(fields.sql_id) };
    case "close":
    case "get_autocommit":
      return { type };
    default:
      throw invalid(`a known type of request, got ${JSON.stringify(type)?.slice(0, 40)}`);
  }
}

function stepsOf(batch: unknown): Step[] {
  const { steps } = fieldsOf(batch, "an object as batch");
  return listOf(steps, "steps").map((value, index) => {
    const { condition = null, stmt } = fieldsOf(value, "an object in steps");
    return { condition: condition === null ? null : conditionOf(condition, index), stmt: statementOf(stmt) };
  });
}

/** A step may only depend on earlier ones. */
function conditionOf(value: unknown, before: number): Condition {
  const { type, step, cond, conds } = fieldsOf(value, "an object as condition");
  switch (type) {
    case "ok":
    case "error":
      if (typeof step === "number" && Number.isInteger(step) && step >= 0 && step < before) return { type, step };
      throw invalid("a condition on an earlier step");
    case "not":
      return { type, cond: conditionOf(cond, before) };
    case "and":
    case "or":
      return { type, conds: listOf(conds, "conds").map((each) => conditionOf(each, before)) };
    case "is_autocommit":
      return { type };
    default:
      throw invalid("a known type of condition");
  }
}

function statementOf(value: unknown): WireStatement {
  const fields = fieldsOf(value, "an object as stmt");
  const { args, named_args: named, want_rows: wantRows } = fields;
  return {
    ...textOf(fields),
    args: args === undefined || args === null ? [] : listOf(args, "args", Number.POSITIVE_INFINITY),
    namedArgs: (named === undefined || named === null ? [] : listOf(named, "named_args", Number.POSITIVE_INFINITY)).map(
      (each) => {
        const { name, value: of } = fieldsOf(each, "an object in named_args");
        if (typeof name !== "string") throw invalid("a text as the name of an argument");
        return { name, value: of };
      },
    ),
    wantRows: wantRows !== false,
  };
}

function textOf({ sql, sql_id: sqlId }: Fields): TextRef {
  return {
    sql: textOrNull(sql, "sql"),
    sqlId: sqlId === undefined || sqlId === null ? null : idOf(sqlId),
  };
}

function idOf(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  throw invalid("an integer as sql_id");
}

function textOrNull(value: unknown, name: string): string | null {
  if (value === undefined || value === null) return null;
  // Half of a surrogate pair is no character.
  if (typeof value === "string" && !/\p{Surrogate}/u.test(value)) return value;
  throw invalid(`a text as ${name}`);
}

function listOf(value: unknown, name: string, most = MOST): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`a list as ${name}`);
  if (value.length > most) throw invalid(`at most ${most} entries in ${name}, got ${value.length}`);
  return value;
}

function fieldsOf(value: unknown, expected: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid(expected);
}

function invalid(expected: string): ApiError {
  return new ApiError("INVALID_FIELD", `The JSON body is invalid. Expected ${expected}.`);
}
