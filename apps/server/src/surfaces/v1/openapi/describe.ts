import { ERRORS, type ErrorCode, type ErrorStatus } from "../../../errors/error-table.js";
import { isRepeatable } from "../../../http/idempotency/attempt.js";
import { isOptional, type JsonSchema, type Schema } from "../../../schema/schema.js";
import { DIALECTS, type Dialect } from "../dialect/dialects.js";
import { errorStatus } from "../dialect/error-status.js";
import { NDJSON } from "../formats/format-negotiator.js";
import { PRESENTERS, viewIn } from "../formats/presenters.js";
import { commonErrors } from "../operation/common-errors.js";
import type { AnyOperation } from "../operation/operation.js";
import type { Components } from "./components.js";

type Part = { [name: string]: unknown };

/** The OpenAPI operation object of an operation, with its components added to `components`. */
export function describeOperation(operation: AnyOperation, defaultDialect: Dialect, components: Components): Part {
  const parameters = [
    ...fields(operation.params, "path", components),
    ...fields(operation.query, "query", components),
    ...Object.entries(operation.headers).map(([name, header]) => ({ name, in: "header", required: false, ...header })),
    ...(isRepeatable(operation)
      ? ["Idempotency-Key", "Idempotency-After"].map((name) => components.parameter(name))
      : []),
  ];
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(describeAccess(operation) !== "" && { description: describeAccess(operation) }),
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body && {
      requestBody: {
        required: !operation.bodyOptional,
        content: Object.fromEntries(
          (operation.bodyTypes ?? ["application/json"]).map((type) => [
            type,
            { schema: components.use(operation.body!) },
          ]),
        ),
      },
    }),
    responses: {
      ...success(operation, defaultDialect, components),
      ...failures(operation, defaultDialect, components),
      ...operation.otherResponses,
    },
    security: operation.access === "public" ? [] : [{ bearer: [] }, { apiKey: [] }],
    ...(operation.access !== "public" && operation.access !== "authenticated" && { "x-scope": operation.access }),
  };
}

function describeAccess(operation: AnyOperation): string {
  const scope =
    operation.access === "public" || operation.access === "authenticated"
      ? ""
      : `Needs the scope \`${operation.access}\`.`;
  return [operation.description ?? "", scope].filter((text) => text !== "").join(" ");
}

function fields(schema: AnyOperation["params"], place: "path" | "query", components: Components): Part[] {
  const parameter = (name: string, field: Schema<unknown>, sameAs?: string) => {
    const { description, example, ...schema } = components.use(field);
    const shown = sameAs === undefined ? description : `Another name of \`${sameAs}\`. Send one of the two.`;
    return {
      name,
      in: place,
      required: place === "path" || !isOptional(field),
      ...(shown !== undefined && { description: shown }),
      ...(example !== undefined && { example }),
      schema,
    };
  };
  return [
    ...Object.entries(schema.fields).map(([name, field]) => parameter(name, field)),
    ...Object.entries(schema.aliases).map(([alias, name]) => parameter(alias, schema.fields[name]!, name)),
  ];
}

/** A response's body under every media type that can be requested; `application/json` is the default dialect. */
function content(
  schemas: ReadonlyMap<Dialect, JsonSchema>,
  defaultDialect: Dialect,
  examples?: ReadonlyMap<Dialect, unknown>,
): Part {
  const result: Part = {};
  const add = (mediaType: string, dialect: Dialect) => {
    const schema = schemas.get(dialect);
    const example = examples?.get(dialect);
    if (schema) result[mediaType] = { schema, ...(example !== undefined && { example }) };
  };
  add("application/json", defaultDialect);
  for (const dialect of DIALECTS) add(PRESENTERS[dialect].mediaType, dialect);
  return result;
}

function success(operation: AnyOperation, defaultDialect: Dialect, components: Components): Part {
  const all = { ...operation.responseHeaders, ...(operation.rate !== null && components.rateHeaders()) };
  const headers = Object.keys(all).length > 0 ? { headers: all } : {};
  if (operation.view === null) {
    return { [operation.status]: { description: "Done", ...headers, content: operation.rawResponses } };
  }
  const byStatus = new Map<number, Map<Dialect, JsonSchema>>();
  for (const dialect of DIALECTS) {
    const { schema, status = operation.status } = viewIn(dialect, operation.view);
    const schemas = byStatus.get(status) ?? new Map<Dialect, JsonSchema>();
    byStatus.set(status, schemas);
    if (schema) schemas.set(dialect, components.use(schema));
  }
  const responses: Part = {};
  for (const [status, schemas] of byStatus) {
    const description = schemas.size === 0 ? "Done, without a body" : status === 201 ? "Created" : "Done";
    responses[status] = {
      description,
      ...headers,
      ...(schemas.size > 0 && {
        content: { ...content(schemas, defaultDialect), ...(operation.streamsRows && streamContent(components)) },
      }),
    };
  }
  return responses;
}

const LINES = {
  first: { summary: "The first line", value: { columns: ["name"], column_types: ["text"], scn: 42 } },
  row: { summary: "A row", value: { name: "Alice" } },
  last: {
    summary: "The last line",
    value: { end: true, row_count: 1, truncated: false, execution_time_ms: 3, scn: 42 },
  },
};

/** Streamed rows: each line is one of these, depending on its position. */
function streamContent(components: Components): Part {
  const of = (dialect: Dialect) => {
    const { stream, errorSchema } = PRESENTERS[dialect];
    const [first, row, last] = [stream.first.schema!, stream.row, stream.last.schema!];
    return [first, row, last, errorSchema].map((schema) => components.use(schema));
  };
  const schemas = DIALECTS.flatMap(of);
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  const description =
    "One JSON value per line, in the dialect of the media type's parameter `dialect`. The first line has " +
    'columns and types, each line after it is a row, and the last is `{"end": true, …}` or the body of an error.';
  return { [NDJSON]: { schema: { description, anyOf: distinct }, examples: LINES } };
}

function failures(operation: AnyOperation, defaultDialect: Dialect, components: Components): Part {
  const codes = [...new Set([...commonErrors(operation), ...operation.errors])].sort();
  const byStatus = new Map<ErrorStatus, Map<Dialect, ErrorCode[]>>();
  for (const code of codes) {
    for (const dialect of DIALECTS) {
      const status = errorStatus(code, dialect, operation.onBranchItself);
      const dialects = byStatus.get(status) ?? new Map<Dialect, ErrorCode[]>();
      byStatus.set(status, dialects);
      dialects.set(dialect, [...(dialects.get(dialect) ?? []), code]);
    }
  }
  const responses: Part = {};
  for (const [status, dialects] of byStatus) {
    const all = [...new Set([...dialects.values()].flat())];
    const response = () => failure(status, dialects, all, defaultDialect, components);
    // Most conditions that are alone under their status are the same wherever they occur.
    const shared = all.length === 1 && dialects.size === DIALECTS.length && !operation.onBranchItself;
    responses[status] = shared ? components.response(all[0]!, response) : response();
  }
  return responses;
}

function failure(
  status: ErrorStatus,
  dialects: ReadonlyMap<Dialect, readonly ErrorCode[]>,
  codes: readonly ErrorCode[],
  defaultDialect: Dialect,
  components: Components,
): Part {
  const schemas = new Map(
    [...dialects.keys()].map((dialect) => [dialect, components.use(PRESENTERS[dialect].errorSchema)]),
  );
  const examples = new Map(
    [...dialects].map(([dialect, codes]) => [dialect, components.errorExample(codes[0]!, status, dialect)]),
  );
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].when}.`).join("\n\n"),
    ...(status === 429 && { headers: { ...components.rateHeaders(), ...components.header("Retry-After") } }),
    ...(status === 503 && { headers: components.header("Retry-After") }),
    content: content(schemas, defaultDialect, examples),
    "x-error-codes": codes,
  };
}
