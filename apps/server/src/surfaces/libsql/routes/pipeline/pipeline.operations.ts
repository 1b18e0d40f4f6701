import { describedOperation } from "../../../../http/surface/described-operation.js";
import { named, objectOf, text } from "../../../../schema/index.js";
import { REFUSALS, response, textResponse } from "../../docs/responses.js";
import { cursorBody, pipelineBody } from "../../readers/requests.js";
import type { CursorResult, PipelineResult } from "../../run/pipeline.service.js";

export const placePath = objectOf({
  place: text({ description: "`branch`, or `branch@point` for a point in time.", example: "main" }),
});

const RESULT = {
  baton: null,
  base_url: null,
  results: [{ type: "ok", response: { type: "execute", result: { cols: [], rows: [], affected_row_count: 1 } } }],
};

const pipelineResponse = response(
  "One result for each request: `ok` with its response, or `error`",
  {
    type: "object",
    required: ["baton", "base_url", "results"],
    properties: {
      baton: { type: "string", nullable: true, description: "For the next request of the stream." },
      base_url: { type: "string", nullable: true },
      results: { type: "array", items: { type: "object" } },
    },
  },
  RESULT,
);

const onlyRead = (result: unknown) => !(result as PipelineResult | CursorResult | undefined)?.hasWritten;
const subjectOf = ({ place = "" }: { readonly [name: string]: string }) => ({
  branch: place.split("@")[0]!.slice(0, 200),
  object: null,
});

const common = {
  method: "POST",
  tag: "Streams",
  access: "read",
  rate: "query",
  params: placePath,
  writesRows: true,
  audited: true,
  // It has no key of its own, and a stream's requests depend on each other.
  onDatabase: true,
  onlyRead,
  subjectOf,
} as const;

function pipeline(version: "v2" | "v3") {
  return describedOperation({
    ...common,
    id: version === "v2" ? "libsqlPipeline" : "libsqlPipeline3",
    path: `/hrana/{place}/${version}/pipeline`,
    summary: `Run the requests of a stream (Hrana ${version.slice(1)})`,
    description:
      "Requests run in order, whatever fails: `execute`, `batch`, `sequence`, `describe`, `store_sql`, `close_sql`, " +
      "`get_autocommit`, `close`. A stream goes on with the baton of its last response; BEGIN … COMMIT in it is a transaction.",
    body: named("LibsqlPipeline", pipelineBody),
    responses: { "200": pipelineResponse, ...REFUSALS },
  });
}

export const libsqlPipeline = pipeline("v2");
export const libsqlPipeline3 = pipeline("v3");

export const libsqlCursor = describedOperation({
  ...common,
  id: "libsqlCursor",
  path: "/hrana/{place}/v3/cursor",
  summary: "Run a batch, with its rows as lines",
  body: named("LibsqlCursor", cursorBody),
  responses: {
    "200": textResponse(
      "A line with the baton, then `step_begin`, `row`, `step_end` or `step_error` for each step that ran",
      '{"baton":"a…","base_url":null}\n{"type":"step_begin","step":0,"cols":[{"name":"id","decltype":"INTEGER"}]}\n',
    ),
    ...REFUSALS,
  },
});
