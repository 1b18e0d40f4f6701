import { COMMIT_KINDS_BY_TYPE } from "../../../../history/commit-types.js";
import { described, integerParameter, optional, text, withDefault } from "../../../../schema/index.js";
import { operation, queryOf } from "../../operation/operation.js";
import { historyCursor, scnCursor } from "../../schemas/cursor.js";
import { wordList } from "../../schemas/name-list.js";
import { rowKey } from "../../schemas/row-key.js";
import { time, timeEnd } from "../../schemas/time.js";
import { branchPath } from "../branches/branches.operations.js";
import { tablePath } from "../data/data.operations.js";

const TAG = "History";
const limit = withDefault(integerParameter({ description: "Entries per page.", minimum: 1, maximum: 1000 }), 50);

export const getHistory = operation({
  id: "getHistory",
  method: "GET",
  path: "/v1/branches/{branch}/history",
  tag: TAG,
  summary: "List a branch's commits",
  description:
    "Newest first: the branch's own commits, and those of its ancestors before the fork. In the specification's " +
    "dialect snapshots are listed among them and count as entries.",
  access: "read",
  rate: "read",
  params: branchPath,
  query: queryOf(
    {
      from: optional(described("Only commits from this time on: seconds since 1970 or ISO 8601.", time)),
      until: optional(described("Only commits up to this time, a whole second up to its end.", timeEnd)),
      limit,
      cursor: optional(historyCursor),
      table: optional(
        text({ minLength: 1, description: "Only commits that changed rows of this table.", example: "users" }),
      ),
      author: optional(text({ minLength: 1, description: "Only commits of this user.", example: "alice@example.com" })),
      kind: optional(
        wordList(COMMIT_KINDS_BY_TYPE, {
          description: `Only commits of these types, comma-separated: ${Object.keys(COMMIT_KINDS_BY_TYPE).join(", ")}.`,
          example: "transaction,merge",
        }),
      ),
    },
    { since: "from", before: "until", user: "author", type: "kind", kinds: "kind", page: "cursor" },
    { to: "until" },
  ),
  view: "branchHistory",
  errors: ["FIELD_CONFLICT", "INVALID_CURSOR", "BRANCH_NOT_FOUND", "TABLE_NOT_FOUND", "QUERY_TIMEOUT"],
});

export const getRowHistory = operation({
  id: "getRowHistory",
  method: "GET",
  path: "/v1/branches/{branch}/tables/{table}/history",
  tag: TAG,
  summary: "List the versions of a row",
  description: "The row after each commit that changed it, newest first.",
  access: "read",
  rate: "query",
  params: tablePath,
  query: queryOf({ key: rowKey, limit, cursor: optional(scnCursor) }, { id: "key", row_id: "key", page: "cursor" }),
  view: "rowHistory",
  errors: [
    "INVALID_CURSOR",
    "BRANCH_NOT_FOUND",
    "TABLE_NOT_FOUND",
    "ROW_NOT_FOUND",
    "QUERY_TIMEOUT",
    "TABLE_NOT_VERSIONED",
    "RESOURCE_LIMIT",
    "RESULT_TOO_LARGE",
  ],
});
