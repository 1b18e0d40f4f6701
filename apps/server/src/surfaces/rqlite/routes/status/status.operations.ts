import { describedOperation } from "../../../../http/surface/described-operation.js";
import { optional, text } from "../../../../schema/index.js";
import { anyBody } from "../../operations/bodies.js";
import { REFUSALS } from "../../operations/responses.js";
import { FORM_PARAMETERS, parameters } from "../../parameters/parameters.js";

const TAG = "Status";
const pretty = optional(FORM_PARAMETERS.pretty);
const JSON_OBJECT = { "application/json": { schema: { type: "object", additionalProperties: true } } };
const { "404": _, ...refusals } = REFUSALS;

export const rqliteHome = describedOperation({
  id: "rqliteHome",
  method: "GET",
  path: "/",
  tag: TAG,
  summary: "Go to the status",
  access: "public",
  rate: null,
  status: 302,
  presented: false,
  responses: { "302": { description: "To /status" } },
});

export const rqliteStatus = describedOperation({
  id: "rqliteStatus",
  method: "GET",
  path: "/status",
  tag: TAG,
  summary: "Get the status of the node",
  access: "authenticated",
  rate: "read",
  onDatabase: false,
  presented: false,
  query: parameters,
  parameters: { pretty, key: optional(text({ description: "One part of it.", example: "store.leader" })) },
  responses: { "200": { description: "The status", content: JSON_OBJECT }, ...refusals },
});

export const rqliteNodes = describedOperation({
  id: "rqliteNodes",
  method: "GET",
  path: "/nodes",
  tag: TAG,
  summary: "List the nodes",
  description: "There is one, which is the leader.",
  access: "authenticated",
  rate: "read",
  onDatabase: false,
  presented: false,
  query: parameters,
  parameters: { pretty, ver: optional(text({ description: "`2` for a list.", example: "2" })) },
  responses: { "200": { description: "The nodes", content: JSON_OBJECT }, ...refusals },
});

export const rqliteSnapshot = describedOperation({
  id: "rqliteSnapshot",
  method: "POST",
  path: "/snapshot",
  tag: TAG,
  summary: "Do nothing",
  description: "A node of rqlite shortens its log. There is none here: every write is in the database when it returns.",
  access: "authenticated",
  rate: "read",
  changes: false,
  onDatabase: false,
  presented: false,
  query: parameters,
  body: anyBody,
  bodyOptional: true,
  responses: { "200": { description: "No body" }, ...refusals },
});

export const rqliteDebugVars = describedOperation({
  id: "rqliteDebugVars",
  method: "GET",
  path: "/debug/vars",
  tag: TAG,
  summary: "Get the variables of the process",
  description: "There are none. Metrics are at /metrics.",
  access: "authenticated",
  rate: "read",
  onDatabase: false,
  presented: false,
  query: parameters,
  responses: { "200": { description: "An empty object", content: JSON_OBJECT }, ...refusals },
});
