import { integerParameter, optional } from "../../../../schema/index.js";
import { WEBHOOK_EVENTS } from "../../../../webhooks/model/event.js";
import { operation, queryOf } from "../../operation/operation.js";
import { nameList, wordList } from "../../schemas/name-list.js";

export const EVENT_STREAM = "text/event-stream";

const NAMES = Object.fromEntries(WEBHOOK_EVENTS.map((event) => [event, event]));

export const followEvents = operation({
  id: "followEvents",
  method: "GET",
  path: "/v1/events",
  tag: "Events",
  summary: "Follow events",
  description:
    "A stream of server-sent events: branches made, deleted, merged and protected, and changed rows. Each has the type " +
    "and the body of a webhook's event, and an `id`. Whoever sends the last `id` as `Last-Event-ID` gets every event after " +
    "it, once, as long as history is kept. Events of one branch are in order. A line that begins with `:` comes at least " +
    "every 16 seconds. `stream.gap` says that retention may have removed commits, and `stream.end`, with `code` and " +
    "`message`, why the server ends the stream: it shuts down, the client reads too slowly, or the key was revoked.",
  access: "read",
  rate: "read",
  query: queryOf(
    {
      events: optional(
        wordList(NAMES, {
          description: `Only events of these types, comma-separated: ${WEBHOOK_EVENTS.join(", ")}.`,
          example: "branch.merged,branch.data_changed",
        }),
      ),
      branches: optional(
        nameList({
          description:
            "Only events of these branches: names, or names with `*`, comma-separated. A merge is also one of its source.",
          example: "main,feature-*",
        }),
      ),
      from_scn: optional(
        integerParameter({
          description: "Begin with the first event at or after this SCN. Default: with the next event.",
          minimum: 0,
          maximum: 1e15 - 1,
        }),
      ),
    },
    { event: "events", types: "events", type: "events", branch: "branches", since: "from_scn", scn: "from_scn" },
  ),
  headers: {
    "Last-Event-ID": {
      description:
        "The `id` of the last event that was read: the stream goes on behind it. `from_scn` is then ignored.",
      schema: { type: "string" },
    },
  },
  rawResponses: {
    [EVENT_STREAM]: {
      schema: { type: "string", description: "Server-sent events; `data` is a JSON object on one line." },
      example:
        'id: 12.42\nevent: branch.data_changed\ndata: {"id":"evt_7k2m9q4w8x3f6a5b_c16_0","event":"branch.data_changed",' +
        '"timestamp":"2026-01-01T08:00:00.000000Z","data":{"branch_name":"main","table":"users","inserted":1}}\n\n',
    },
  },
  errors: ["FIELD_CONFLICT", "INVALID_CURSOR", "OVERLOADED", "WORKER_LOST", "QUERY_TIMEOUT"],
});
