import type { FastifyRequest } from "fastify";
import type { RequestContext } from "./request-context.js";
import type { TraceContext } from "./trace-context.js";

declare module "./request-context.js" {
  interface RequestContext {
    /** A surface may give it another id; see `traceIds` of surfaces. */
    trace: TraceContext;
  }
}

/** A request of Fastify's with its context, which the first hook makes. */
export interface HttpRequest extends FastifyRequest {
  requestContext: RequestContext;
}

export function elapsedMs({ requestContext }: HttpRequest): number {
  return Math.round(performance.now() - requestContext.startedAt);
}
