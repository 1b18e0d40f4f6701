import type { CallRequest } from "../context/request-context.js";

/** What ties a line of the log to its request, and to the lines of other programs. */
export function requestIds({ id, state }: CallRequest): { readonly [name: string]: string | undefined } {
  return {
    request_id: id,
    trace_id: state.traceId,
    span_id: state.spanId,
    parent_span_id: state.parentSpanId ?? undefined,
  };
}
