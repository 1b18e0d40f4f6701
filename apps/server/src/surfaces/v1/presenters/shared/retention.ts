import type { Retention } from "@heliosdb/port";
import { integer, named, nullable, objectOf } from "../../../../schema/index.js";
import { view } from "../view/view.js";

export const retention = view(
  named(
    "Retention",
    objectOf({
      history_seconds: nullable(
        integer({ format: "int64", description: "Maximum age of history; null for no limit.", example: 2_592_000 }),
      ),
      history_bytes: nullable(
        integer({ format: "int64", description: "Maximum size of a branch's history; null for no limit." }),
      ),
      deleted_seconds: integer({
        format: "int64",
        description: "How long a deleted branch can be undeleted.",
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
