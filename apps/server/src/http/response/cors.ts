import type { FastifyReply, FastifyRequest } from "fastify";

const EXPOSED =
  "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, X-Request-Id, X-Helios-Scn, " +
  "Idempotency-Replayed, " +
  "Content-Disposition";
const REQUEST_HEADERS =
  "Authorization, X-API-Key, Content-Type, Accept, X-Request-Id, Idempotency-Key, Traceparent, Tracestate";
const PREFLIGHT_SECONDS = "600";

/** Lets pages of the origins on the list read the answer. */
export function allowOrigin(request: FastifyRequest, reply: FastifyReply, origins: ReadonlySet<string>): void {
  reply.header("vary", "Accept, Origin");
  const { origin } = request.headers;
  if (origin === undefined || !origins.has(origin)) return;
  reply.header("access-control-allow-origin", origin);
  reply.header("access-control-expose-headers", EXPOSED);
}

/** Answers OPTIONS: which methods the path has, and to a browser's preflight what a page may send. */
export function answerOptions(request: FastifyRequest, reply: FastifyReply, methods: readonly string[]): void {
  reply.code(204).header("allow", methods.join(", "));
  const asked = request.headers["access-control-request-method"];
  if (asked !== undefined && reply.hasHeader("access-control-allow-origin")) {
    reply.header("access-control-allow-methods", methods.join(", "));
    reply.header("access-control-allow-headers", REQUEST_HEADERS);
    reply.header("access-control-max-age", PREFLIGHT_SECONDS);
  }
  reply.send();
}
