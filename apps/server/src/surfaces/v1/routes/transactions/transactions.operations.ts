import { TRANSACTION_LIMITS, TRANSACTION_MODES } from "@heliosdb/port";
import type { ErrorCode } from "../../../../errors/error-table.js";
import { described, integer, named, objectOf, optional, text, withDefault, word } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";
import { POINT_ERRORS } from "../../operation/point-errors.js";
import { point } from "../../schemas/point.js";
import { branchPath } from "../branches/branches.operations.js";

const TAG = "Transactions";
const PATH = "/v1/branches/{branch}/transactions";
const ONE = `${PATH}/{transaction}`;

const transactionPath = objectOf({
  branch: branchPath.fields.branch as ReturnType<typeof text>,
  transaction: text({ description: "Id of the transaction.", example: "txn_5f1c0a8e9d3b47c2a6e1f0b9d8c7a654" }),
});

const millis = ({ default: usual, most }: { default: number; most: number }, what: string) =>
  integer({
    minimum: 1,
    maximum: most,
    description: `${what}, in milliseconds. Default ${usual}, maximum ${most}.`,
    example: usual,
  });

const idle = millis(TRANSACTION_LIMITS.idleMs, "How long the transaction waits for its next request");
const message = text({ maxLength: 10_000, description: "Message of the commit." });

/** Errors of every request that names a transaction. */
export const TRANSACTION_ERRORS: readonly ErrorCode[] = [
  "FIELD_CONFLICT",
  "TRANSACTION_NOT_FOUND",
  "TRANSACTION_EXPIRED",
  "TRANSACTION_LOST",
  "TRANSACTION_ABORTED",
  "TRANSACTION_CONFLICT",
  "BRANCH_BUSY",
];

const ENDED: readonly ErrorCode[] = ["BRANCH_NOT_FOUND", "TRANSACTION_NOT_FOUND", "TRANSACTION_EXPIRED"];

export const beginTransaction = operation({
  id: "beginTransaction",
  method: "POST",
  path: PATH,
  tag: TAG,
  summary: "Begin a transaction",
  description:
    "For work that takes several requests: read, decide, write, and commit everything at once or nothing. Other " +
    "requests take part in it by `transaction_id`. One that writes has its branch to itself until it ends: other " +
    "writes to the branch wait. It is rolled back if its next request is late, and the header " +
    "`Transaction-Expires-At` of each response says when.",
  access: "read",
  rate: "write",
  status: 201,
  params: branchPath,
  bodyOptional: true,
  body: named(
    "BeginTransactionRequest",
    objectOf(
      {
        mode: withDefault(
          word([...TRANSACTION_MODES], {
            description:
              "`write`: it has the branch to itself at once. `deferred`: it does from its first write on, if the branch has " +
              "not changed since it was read. `read`: it only reads, always the same state.",
          }),
          "write",
        ),
        as_of: optional(described("With mode `read`: the point in time to read. Default now.", point)),
        message: optional(message),
        wait_ms: optional(millis(TRANSACTION_LIMITS.waitMs, "How long to wait for the branch")),
        idle_ms: optional(idle),
        max_ms: optional(millis(TRANSACTION_LIMITS.totalMs, "How long the transaction may take in all")),
      },
      {
        hints: { timeout_ms: "max_ms", readonly: "mode", type: "mode" },
        example: { mode: "write", message: "Transfer" },
      },
    ),
  ),
  view: "transaction",
  errors: [
    ...POINT_ERRORS,
    "BRANCH_NOT_FOUND",
    "BRANCH_READ_ONLY",
    "BRANCH_PROTECTED",
    "BRANCH_BUSY",
    "EXTERNAL_CHANGE",
    "TRANSACTION_EXPIRED",
    "TRANSACTION_NOT_FOUND",
  ],
});

export const listTransactions = operation({
  id: "listTransactions",
  method: "GET",
  path: PATH,
  tag: TAG,
  summary: "List open transactions",
  description: "Those of the caller's own key or user, oldest first; with the scope `admin`, everybody's.",
  access: "read",
  rate: "read",
  params: branchPath,
  view: "transactionList",
  errors: ["BRANCH_NOT_FOUND"],
});

export const getTransaction = operation({
  id: "getTransaction",
  method: "GET",
  path: ONE,
  tag: TAG,
  summary: "Get a transaction",
  description: "Looking at a transaction does not renew it.",
  access: "read",
  rate: "read",
  params: transactionPath,
  view: "transaction",
  errors: [...ENDED, "TRANSACTION_LOST", "TRANSACTION_ABORTED"],
});

export const renewTransaction = operation({
  id: "renewTransaction",
  method: "POST",
  path: `${ONE}/renew`,
  tag: TAG,
  summary: "Renew a transaction",
  description: "It waits again for as long as it may for its next request. That can't go beyond `ends_at`.",
  access: "read",
  rate: "read",
  params: transactionPath,
  bodyOptional: true,
  body: named("RenewTransactionRequest", objectOf({ idle_ms: optional(idle) })),
  view: "transaction",
  errors: [...ENDED, "TRANSACTION_LOST", "TRANSACTION_ABORTED"],
});

export const commitTransaction = operation({
  id: "commitTransaction",
  method: "POST",
  path: `${ONE}/commit`,
  tag: TAG,
  summary: "Commit a transaction",
  description:
    "Everything that was written in it becomes one commit. If the response is lost, send it again: the transaction is " +
    "committed once, and each response is the same.",
  access: "read",
  rate: "write",
  params: transactionPath,
  bodyOptional: true,
  body: named(
    "CommitTransactionRequest",
    objectOf({ message: optional(message) }, { example: { message: "Transfer" } }),
  ),
  view: "endedTransaction",
  errors: [
    ...ENDED,
    "TRANSACTION_LOST",
    "TRANSACTION_ABORTED",
    "BRANCH_READ_ONLY",
    "BRANCH_PROTECTED",
    "FOREIGN_KEY_VIOLATION",
    "QUERY_TIMEOUT",
    "SQL_ERROR",
    "RESOURCE_LIMIT",
  ],
});

export const rollBackTransaction = operation({
  id: "rollBackTransaction",
  method: "POST",
  path: `${ONE}/rollback`,
  tag: TAG,
  summary: "Roll back a transaction",
  description: "Nothing of it is written. One that has been rolled back already is no error.",
  access: "read",
  rate: "write",
  params: transactionPath,
  view: "endedTransaction",
  errors: ["BRANCH_NOT_FOUND", "TRANSACTION_NOT_FOUND"],
});

export const endTransaction = operation({
  id: "endTransaction",
  method: "DELETE",
  path: ONE,
  tag: TAG,
  summary: "Roll back anybody's transaction",
  description: "For an administrator, where somebody's transaction keeps a branch from being written.",
  access: "admin",
  rate: "write",
  params: transactionPath,
  view: "endedTransaction",
  errors: ["BRANCH_NOT_FOUND", "TRANSACTION_NOT_FOUND"],
});
