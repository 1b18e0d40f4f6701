import { describedOperation } from "../../../../http/surface/described-operation.js";
import { named } from "../../../../schema/index.js";
import { error, response } from "../../docs/responses.js";
import { queryBody } from "../../readers/query-body.js";
import { branchOf } from "../../statement/database-ref.js";
import { intentOf } from "../../statement/intent.js";
import type { StatementResult } from "../../statement/outcome.js";

/** Characters of what a request calls its database that the audit log keeps. */
const LONGEST_BRANCH = 200;

export const sqlexecQuery = describedOperation({
  id: "sqlexecQuery",
  method: "POST",
  path: "/api/v1/query",
  tag: "Query",
  summary: "Execute a statement",
  description:
    "Runs one statement, whether it reads or writes. A statement that gives rows returns at most 10,000 of them; " +
    "`truncated` says whether there are more. Besides SQL, `SHOW TABLES`, `SHOW DATABASES`, `SHOW COLUMNS`, " +
    "`SHOW CREATE TABLE`, `SHOW INDEX` and `DESCRIBE` are understood. A statement that writes needs the scope `write`.",
  access: "read",
  rate: "query",
  body: named("SqlexecQuery", queryBody),
  writesRows: true,
  audited: true,
  onlyRead: (result) => (result as StatementResult | undefined)?.scn === null,
  subjectOf(_params, input) {
    const { sql, database } = (input?.body ?? {}) as { readonly sql?: string; readonly database?: string | null };
    if (sql === undefined) return { branch: null, object: null };
    return { branch: branchOf(database ?? null).slice(0, LONGEST_BRANCH), object: intentOf(sql).verb };
  },
  responses: {
    "200": response("What the statement gave", {
      oneOf: [
        {
          type: "object",
          required: ["columns", "rows", "total", "truncated"],
          properties: {
            columns: { type: "array", items: { type: "string" } },
            rows: { type: "array", items: { type: "array", items: {} } },
            total: { type: "integer", description: "Rows in this response." },
            truncated: { type: "boolean", description: "True if there are more rows." },
          },
        },
        { type: "object", required: ["affected_rows"], properties: { affected_rows: { type: "integer" } } },
      ],
    }),
    "400": error("The statement failed (`query failed`, `execute failed`), or the body is not as it should be"),
    "401": error("No valid credential or signature"),
    "403": error("The key may not do this"),
    "413": error("The body is too large"),
    "429": error("Too many requests"),
    "503": error("The server is busy or ending"),
  },
});
