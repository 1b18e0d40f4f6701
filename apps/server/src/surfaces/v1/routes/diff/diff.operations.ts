import { integerParameter, optional, text, withDefault } from "../../../../schema/index.js";
import { operation, queryOf } from "../../operation/operation.js";
import { POINT_ERRORS } from "../../operation/point-errors.js";
import { nameList } from "../../schemas/name-list.js";
import { pointFields } from "../../schemas/point.js";
import { stateParameter } from "../../schemas/state-parameter.js";
import { branchPath } from "../branches/branches.operations.js";

export const getDiff = operation({
  id: "getDiff",
  method: "GET",
  path: "/v1/branches/{branch}/diff",
  tag: "History",
  summary: "Compare a branch with another state",
  description:
    "The changes that turn `from` into the branch in the path: the schema, counts for each table, and rows in pages. " +
    "Without `from`, the branch's changes since its fork. Rows are objects by column in both dialects.",
  access: "read",
  rate: "heavy",
  params: branchPath,
  query: queryOf(
    {
      from: optional(stateParameter),
      ...pointFields,
      tables: optional(nameList({ description: "Only these tables, comma-separated.", example: "users,orders" })),
      limit: withDefault(
        integerParameter({ description: "Rows per page; 0 for only the counts.", minimum: 0, maximum: 10_000 }),
        1000,
      ),
      cursor: optional(text({ minLength: 1, description: "`next_cursor` of the previous page." })),
    },
    { to: "as_of", base: "from", against: "from", with: "from", table: "tables", page: "cursor" },
  ),
  view: "diff",
  errors: [
    ...POINT_ERRORS,
    "INVALID_CURSOR",
    "BRANCH_NOT_FOUND",
    "TABLE_NOT_FOUND",
    "QUERY_TIMEOUT",
    "TABLE_NOT_VERSIONED",
    "RESOURCE_LIMIT",
    "RESULT_TOO_LARGE",
  ],
});
