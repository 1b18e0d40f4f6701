import type { Cancelled } from "../../../../queries/queries.service.js";
import type { RunningQuery } from "../../../../queries/running-queries.js";
import { described, integer, listOf, named, nullable, objectOf, text, word } from "../../../../schema/index.js";
import type { TimeWriter } from "../view/times.js";
import { type Views, view } from "../view/view.js";

/** Running queries; the dialects differ only in times. */
export function queryViews<T>(prefix: string, time: TimeWriter<T>): Pick<Views, "queryList" | "cancelledQuery"> {
  const id = text({ description: "Id of its request.", example: "5f1c0a8e-9d3b-47c2-a6e1-f0b9d8c7a654" });
  const schema = named(
    `${prefix}RunningQuery`,
    objectOf({
      query_id: id,
      operation: text({ description: "Id of the operation.", example: "query" }),
      branch: nullable(text({ description: "The branch, as the request names it.", example: "main" })),
      sql: nullable(
        text({
          description: "The statement, or its first 1,000 characters.",
          example: "SELECT count(*) FROM events",
        }),
      ),
      user_id: text({ description: "Whose it is.", example: "ann" }),
      key_id: nullable(text({ description: "The key that it was sent with." })),
      started_at: described("When its request arrived.", time.schema),
      elapsed_ms: integer({ description: "Milliseconds since then.", example: 8400 }),
      state: word(["running", "cancelled"], { description: "`cancelled`: it was cancelled, and has not ended yet." }),
    }),
  );
  const present = (query: RunningQuery) => ({
    query_id: query.id,
    operation: query.operation,
    branch: query.branch,
    sql: query.sql,
    user_id: query.identity.userId,
    key_id: query.identity.keyId,
    started_at: time.write(Math.round((Date.now() - query.elapsedMs) * 1000)),
    elapsed_ms: Math.round(query.elapsedMs),
    state: query.cancellation.isCancelled ? ("cancelled" as const) : ("running" as const),
  });
  return {
    queryList: view(
      named(`${prefix}QueryList`, objectOf({ total: integer(), queries: listOf(schema) })),
      (all: readonly RunningQuery[]) => ({ total: all.length, queries: all.map(present) }),
    ),
    cancelledQuery: view(
      named(
        `${prefix}CancelledQuery`,
        objectOf({
          query_id: id,
          outcome: word(["cancelled", "finished", "stopping"], {
            description:
              "`cancelled`: it was stopped, and nothing of it was written. `finished`: it ended by itself before it could " +
              "be stopped; its own response says how, and a write has been written. `stopping`: it has not ended within 5 " +
              "seconds, and how it ends is in its own response.",
          }),
        }),
      ),
      (cancelled: Cancelled) => ({ query_id: cancelled.id, outcome: cancelled.outcome }),
    ),
  };
}
