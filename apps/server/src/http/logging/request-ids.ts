import type { HttpRequest } from "../context/http-request.js";
import type { TraceContext } from "../context/trace-context.js";

/** The ids that connect a line of the log with its request, and with the lines of other programs. */
export function requestIds({ id, requestContext }: HttpRequest): { readonly [name: string]: string | undefined } {
  return idsOf(id, requestContext.trace);
}

export function idsOf(
  id: string,
  { traceId, spanId, parentSpanId }: TraceContext,
): { readonly [name: string]: string | undefined } {
  return { request_id: id, trace_id: traceId, span_id: spanId, parent_span_id: parentSpanId ?? undefined };
}
