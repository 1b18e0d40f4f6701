import { described, integer, named, nullable, objectOf, optional } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";

const TAG = "Retention";
const PATH = "/v1/retention";
/** A thousand years; longer means unlimited. */
const MAX_SECONDS = 31_557_600_000;

const seconds = (description: string, example: number) =>
  integer({ minimum: 0, maximum: MAX_SECONDS, format: "int64", description, example });

export const getRetention = operation({
  id: "getRetention",
  method: "GET",
  path: PATH,
  tag: TAG,
  summary: "Get the retention",
  access: "admin",
  rate: "read",
  view: "retention",
  errors: ["OVERLOADED", "WORKER_LOST"],
});

export const setRetention = operation({
  id: "setRetention",
  method: "PUT",
  path: PATH,
  tag: TAG,
  summary: "Change the retention",
  description:
    "For the tenant's whole database, in place of the server's setting. Fields that are left out change nothing. " +
    "Snapshots are always kept.",
  access: "admin",
  rate: "write",
  body: named(
    "SetRetentionRequest",
    objectOf(
      {
        history_seconds: optional(
          described(
            "History older than this is removed. Null: no limit.",
            nullable(seconds("History older than this is removed.", 2_592_000)),
          ),
        ),
        history_bytes: optional(
          described(
            "History of one branch beyond this size is removed, oldest first. Null: no limit.",
            nullable(integer({ minimum: 0, format: "int64", example: 10_000_000_000 })),
          ),
        ),
        deleted_seconds: optional(seconds("How long a deleted branch can be undeleted.", 604_800)),
      },
      {
        minProperties: 1,
        hints: {
          history: "history_seconds",
          seconds: "history_seconds",
          bytes: "history_bytes",
          deleted: "deleted_seconds",
        },
      },
    ),
  ),
  view: "retention",
  errors: ["OVERLOADED", "WORKER_LOST", "QUERY_TIMEOUT"],
});
