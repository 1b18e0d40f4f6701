import type { Retention } from "@heliosdb/port";
import { integer, named, nullable, objectOf } from "../../../../schema/index.js";
import { view } from "../view/view.js";

export const retention = view(
  named(
    "Retention",
    objectOf({
      history_seconds: nullable(
        integer({ format: "int64", description: "How long history is kept; null for good.", example: 2_592_000 }),
      ),
      history_bytes: nullable(
        integer({ format: "int64", description: "How much history of one branch is kept; null for all of it." }),
      ),
      deleted_seconds: integer({
        format: "int64",
        description: "How long a deleted branch can be brought back.",
        example: 604_800,
      }),
    }),
  ),
  ({ historyMs, historyBytes, deletedMs }: Retention) => ({
    history_seconds: historyMs === null ? null : Math.floor(historyMs / 1000),
    history_bytes: historyBytes,
    deleted_seconds: Math.floor(deletedMs / 1000),
  }),
);
