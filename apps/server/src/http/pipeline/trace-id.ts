import type { FastifyReply } from "fastify";
import type { HttpRequest } from "../context/http-request.js";

/** Takes the trace id that a request names in its surface's own way, and tells the client which one it is. */
export function applyTraceId(request: HttpRequest, reply: FastifyReply, body: unknown): void {
  const { requestContext: context } = request;
  const { traceIds } = context.surface;
  if (!traceIds) return;
  const traceId = traceIds.read(request, body);
  if (traceId !== null) context.trace = { ...context.trace, traceId };
  reply.header(traceIds.header, context.trace.traceId);
}
