import type { IncomingFile } from "../../../../files/files.service.js";
import { describedOperation } from "../../../../http/surface/described-operation.js";
import { ANY_TYPE } from "../../../../http/surface/operation.js";
import { custom, optional, type Schema, text } from "../../../../schema/index.js";
import { branchOf } from "../../operations/branch-of.js";
import { REFUSALS, RESULTS_SCHEMA, TEXT } from "../../operations/responses.js";
import { COMMON_PARAMETERS, FORM_PARAMETERS, parameters } from "../../parameters/parameters.js";

const TAG = "Files";
const branch = optional(COMMON_PARAMETERS.branch);
const BYTES = { schema: { type: "string", format: "binary" } };

const fileBody: Schema<IncomingFile> = custom({ type: "string", format: "binary" }, (value) => value as IncomingFile);

export const rqliteBackup = describedOperation({
  id: "rqliteBackup",
  method: "GET",
  path: "/db/backup",
  tag: TAG,
  summary: "Download the branch as a SQLite file or as SQL",
  access: "read",
  rate: "heavy",
  audited: true,
  presented: false,
  query: parameters,
  parameters: {
    branch,
    as_of: optional(COMMON_PARAMETERS.as_of),
    fmt: optional(text({ description: "`sql` for SQL; a SQLite file otherwise.", example: "sql" })),
    compress: optional(text({ description: "Compresses the response with gzip. Its presence counts." })),
  },
  responses: {
    "200": {
      description: "The branch at one state",
      content: { "application/octet-stream": BYTES, "application/sql": { schema: { type: "string" } } },
    },
    ...REFUSALS,
  },
  subjectOf: branchOf,
});

export const rqliteLoad = describedOperation({
  id: "rqliteLoad",
  method: "POST",
  path: "/db/load",
  tag: TAG,
  summary: "Replace the branch by a SQLite file, or run a script",
  description:
    "What the body is, its first bytes say. Either is one commit, so earlier states stay readable. Of a script all " +
    "statements take effect or none.",
  access: "admin",
  rate: "heavy",
  query: parameters,
  parameters: { branch, pretty: optional(FORM_PARAMETERS.pretty), timings: optional(FORM_PARAMETERS.timings) },
  bodyTypes: [ANY_TYPE],
  bodyOptional: true,
  body: fileBody,
  bodyContent: { "application/octet-stream": BYTES, "text/plain": { schema: { type: "string" } } },
  responses: {
    "200": {
      description: "The result of the last statement, as JSON",
      content: { "text/plain": { schema: RESULTS_SCHEMA, example: { results: [] } } },
    },
    ...REFUSALS,
  },
  subjectOf: branchOf,
});

export const rqliteBoot = describedOperation({
  id: "rqliteBoot",
  method: "POST",
  path: "/boot",
  tag: TAG,
  summary: "Replace the branch by a SQLite file",
  access: "admin",
  rate: "heavy",
  presented: false,
  query: parameters,
  parameters: { branch },
  bodyTypes: [ANY_TYPE],
  bodyOptional: true,
  body: fileBody,
  bodyContent: { "application/octet-stream": BYTES },
  responses: {
    "200": { description: "Done. No body" },
    ...REFUSALS,
    "400": { description: "No SQLite file", content: TEXT },
  },
  subjectOf: branchOf,
});
