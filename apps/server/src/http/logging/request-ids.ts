import type { HttpRequest } from "../context/http-request.js";

/** The ids that connect a line of the log with its request, and with the lines of other programs. */
export function requestIds({ id, requestContext }: HttpRequest): { readonly [name: string]: string | undefined } {
  const { traceId, spanId, parentSpanId } = requestContext.trace;
  return { request_id: id, trace_id: traceId, span_id: spanId, parent_span_id: parentSpanId ?? undefined };
}
