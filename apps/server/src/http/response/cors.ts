import type { FastifyReply } from "fastify";
import type { HttpRequest } from "../context/http-request.js";

const PREFLIGHT_SECONDS = "600";

/** Lets pages of the origins on the list read the response. */
export function allowOrigin(request: HttpRequest, reply: FastifyReply, origins: ReadonlySet<string>): void {
  reply.header("vary", "Accept, Origin");
  const { origin } = request.headers;
  if (origin === undefined || !origins.has(origin)) return;
  reply.header("access-control-allow-origin", origin);
  reply.header("access-control-expose-headers", request.requestContext.surface.cors.response.join(", "));
}

/** Responds to OPTIONS: which methods the path has, and to a browser's preflight what a page may send. */
export function sendOptions(request: HttpRequest, reply: FastifyReply, methods: readonly string[]): void {
  reply.code(204).header("allow", methods.join(", "));
  const asked = request.headers["access-control-request-method"];
  if (asked !== undefined && reply.hasHeader("access-control-allow-origin")) {
    reply.header("access-control-allow-methods", methods.join(", "));
    reply.header("access-control-allow-headers", request.requestContext.surface.cors.request.join(", "));
    reply.header("access-control-max-age", PREFLIGHT_SECONDS);
  }
  reply.send();
}
