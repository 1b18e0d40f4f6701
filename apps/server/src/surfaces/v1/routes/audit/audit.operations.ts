import { described, integerParameter, optional, text, withDefault, word } from "../../../../schema/index.js";
import { operation, queryOf } from "../../operation/operation.js";
import { entryCursor } from "../../schemas/cursor.js";
import { moment, momentEnd } from "../../schemas/moment.js";

const TAG = "Audit";

export const NDJSON = "application/x-ndjson";

const filters = {
  from: optional(described("Only entries from this time on.", moment)),
  until: optional(described("Only entries up to this time, a whole second up to its end.", momentEnd)),
  user: optional(text({ minLength: 1, description: "Only what this user did." })),
  key: optional(text({ minLength: 1, description: "Only what was done with this API key.", example: "k_admin" })),
  operation: optional(text({ minLength: 1, description: "Only this operation, by its id.", example: "mergeBranch" })),
  branch: optional(text({ minLength: 1, description: "Only what named this branch, as the request named it." })),
  outcome: optional(word(["done", "refused"])),
  trace_id: optional(text({ minLength: 1, description: "Only requests of this trace." })),
  request_id: optional(text({ minLength: 1, description: "Only the request with this id." })),
};
const HINTS = { since: "from", before: "until", user_id: "user", key_id: "key", status: "outcome", page: "cursor" };
const ALIASES = { to: "until" };

export const listAudit = operation({
  id: "listAudit",
  method: "GET",
  path: "/v1/audit",
  tag: TAG,
  summary: "Who did what",
  description:
    "What was changed, or was to be, in the tenant: by whom, when, from where, on which branch and with which outcome; " +
    "newest first. Never what was written: the history of the branch has that.",
  access: "admin",
  rate: "read",
  query: queryOf(
    {
      ...filters,
      limit: withDefault(integerParameter({ description: "Entries a page.", minimum: 1, maximum: 1000 }), 100),
      cursor: optional(entryCursor),
    },
    HINTS,
    ALIASES,
  ),
  view: "auditPage",
  errors: ["FIELD_CONFLICT", "INVALID_CURSOR"],
});

export const exportAudit = operation({
  id: "exportAudit",
  method: "GET",
  path: "/v1/audit/export",
  tag: TAG,
  summary: "Download the audit log",
  description:
    "All entries that fit, oldest first, one JSON object a line. The same in both dialects, with ISO 8601 times.",
  access: "admin",
  rate: "heavy",
  audited: true,
  query: queryOf(filters, HINTS, ALIASES),
  rawResponses: { [NDJSON]: { schema: { type: "string", description: "Lines of JSON: audit entries." } } },
  errors: ["FIELD_CONFLICT"],
});
