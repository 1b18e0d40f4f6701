import { described, integerParameter, optional, text, withDefault, word } from "../../../../schema/index.js";
import { operation, queryOf } from "../../operation/operation.js";
import { entryCursor } from "../../schemas/cursor.js";
import { time, timeEnd } from "../../schemas/time.js";

const TAG = "Audit";

export const NDJSON = "application/x-ndjson";

const filters = {
  from: optional(described("Only entries from this time on: seconds since 1970 or ISO 8601.", time)),
  until: optional(described("Only entries up to this time, a whole second up to its end.", timeEnd)),
  user: optional(text({ minLength: 1, description: "Only entries of this user." })),
  key: optional(text({ minLength: 1, description: "Only entries of this API key.", example: "k_admin" })),
  operation: optional(
    text({
      minLength: 1,
      description: "Only entries of this operation, by its id, such as `mergeBranch`.",
      example: "mergeBranch",
    }),
  ),
  branch: optional(
    text({ minLength: 1, description: "Only entries with this branch, by the name or id in the request." }),
  ),
  outcome: optional(word(["done", "refused"], { description: "Only entries with this outcome." })),
  trace_id: optional(text({ minLength: 1, description: "Only entries of this trace." })),
  request_id: optional(text({ minLength: 1, description: "Only the entry of this request." })),
};
const HINTS = { since: "from", before: "until", user_id: "user", key_id: "key", status: "outcome", page: "cursor" };
const ALIASES = { to: "until" };

export const listAudit = operation({
  id: "listAudit",
  method: "GET",
  path: "/v1/audit",
  tag: TAG,
  summary: "Read the audit log",
  description:
    "All changes in the tenant, and refused ones: who, when, from where, on which branch, and the outcome; newest " +
    "first. The values written are not recorded: the branch's history has those.",
  access: "admin",
  rate: "read",
  query: queryOf(
    {
      ...filters,
      limit: withDefault(integerParameter({ description: "Entries per page.", minimum: 1, maximum: 1000 }), 100),
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
    "All matching entries, oldest first, one JSON object per line. The same in both dialects, with ISO 8601 times.",
  access: "admin",
  rate: "heavy",
  audited: true,
  query: queryOf(filters, HINTS, ALIASES),
  rawResponses: { [NDJSON]: { schema: { type: "string", description: "Audit entries as JSON lines." } } },
  errors: ["FIELD_CONFLICT"],
});
