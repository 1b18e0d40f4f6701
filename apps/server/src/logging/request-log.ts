import type { FastifyReply } from "fastify";
import type { Logger } from "pino";
import type { CallRequest } from "../edge/call.js";

/**
 * One line for a finished request. Never headers (they carry credentials), bodies or query strings (they carry SQL and
 * filters): the route's pattern says what was called.
 */
export function logRequest(log: Logger, request: CallRequest, reply: FastifyReply, elapsedMs: number): void {
  const status = reply.statusCode;
  const level = status >= 500 ? "error" : status === 401 || status === 403 || status === 429 ? "info" : "debug";
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      request_id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? "none",
      status,
      ms: elapsedMs,
      user: request.state.identity?.userId,
      tenant: request.state.identity?.tenantId,
      ...(request.state.identity === null && { address: request.ip }),
    },
    "request",
  );
}
