import { describedOperation } from "../../../../http/surface/described-operation.js";
import { optional, text } from "../../../../schema/index.js";
import { statementsBody } from "../../operations/bodies.js";
import { branchOf } from "../../operations/branch-of.js";
import { REFUSALS, results } from "../../operations/responses.js";
import {
  COMMON_PARAMETERS,
  FORM_PARAMETERS,
  parameters,
  READ_PARAMETERS,
  RUN_PARAMETERS,
} from "../../parameters/parameters.js";

const TAG = "Data";
const { as_of, ...ofWrites } = COMMON_PARAMETERS;
const WRITE_PARAMETERS = allOptional({ ...ofWrites, ...FORM_PARAMETERS, ...RUN_PARAMETERS });
const QUERY_PARAMETERS = allOptional({
  ...COMMON_PARAMETERS,
  ...FORM_PARAMETERS,
  ...RUN_PARAMETERS,
  ...READ_PARAMETERS,
});

const WRITTEN = { results: [{ last_insert_id: 1, rows_affected: 1 }] };
const READ = {
  results: [{ columns: ["id", "name"], types: ["integer", "text"], values: [[1, "fiona"]] }],
};

function allOptional<T extends { readonly [name: string]: ReturnType<typeof text> }>(fields: T) {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, optional(field)]));
}

export const rqliteExecute = describedOperation({
  id: "rqliteExecute",
  method: "POST",
  path: "/db/execute",
  tag: TAG,
  summary: "Write rows and change the schema",
  description:
    "Each statement is a commit, or with `transaction` all are one. An error of SQL is the result of its statement.",
  access: "write",
  rate: "write",
  writesRows: true,
  query: parameters,
  parameters: {
    ...WRITE_PARAMETERS,
    queue: optional(text({ description: "Responds with a sequence number in place of results." })),
  },
  body: statementsBody,
  bodyOptional: true,
  responses: { "200": results(WRITTEN), ...REFUSALS },
  subjectOf: branchOf,
});

export const rqliteQuery = describedOperation({
  id: "rqliteQuery",
  method: "GET",
  path: "/db/query",
  tag: TAG,
  summary: "Query with one statement",
  access: "read",
  rate: "query",
  query: parameters,
  parameters: { q: text({ description: "The statement.", example: "SELECT * FROM foo" }), ...QUERY_PARAMETERS },
  responses: { "200": results(READ), ...REFUSALS },
  subjectOf: branchOf,
});

export const rqliteQueryStatements = describedOperation({
  id: "rqliteQueryStatements",
  method: "POST",
  path: "/db/query",
  tag: TAG,
  summary: "Query with several statements or parameters",
  access: "read",
  rate: "query",
  changes: false,
  query: parameters,
  parameters: QUERY_PARAMETERS,
  body: statementsBody,
  bodyOptional: true,
  responses: { "200": results(READ), ...REFUSALS },
  subjectOf: branchOf,
});

export const rqliteRequest = describedOperation({
  id: "rqliteRequest",
  method: "POST",
  path: "/db/request",
  tag: TAG,
  summary: "Run reads and writes together",
  access: "write",
  rate: "write",
  writesRows: true,
  query: parameters,
  parameters: QUERY_PARAMETERS,
  body: statementsBody,
  bodyOptional: true,
  responses: { "200": results({ results: [...WRITTEN.results, ...READ.results] }), ...REFUSALS },
  subjectOf: branchOf,
});
