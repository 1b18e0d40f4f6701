import type { TraceIds } from "../../../http/surface/surface.js";

/** Anything else could write into the log what it likes. */
const FORM = /^[A-Za-z0-9._:-]{1,128}$/;

/** The header's, else that of the body. */
export const TRACE_IDS: TraceIds = {
  header: "x-trace-id",
  read: ({ headers }, body) => valid(headers["x-trace-id"]) ?? valid((body as { trace_id?: unknown } | null)?.trace_id),
};

function valid(given: unknown): string | null {
  return typeof given === "string" && FORM.test(given) ? given : null;
}
