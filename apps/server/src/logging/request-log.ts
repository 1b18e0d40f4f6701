import type { Logger } from "pino";
import type { CallRequest } from "../edge/call.js";

/** What an operator should hear of without asking. */
const LEVELS: { readonly [status: number]: "error" | "warn" | "info" } = {
  401: "info",
  403: "info",
  429: "info",
  500: "error",
  503: "warn",
};

/**
 * One line for a finished request. Never headers (they carry credentials), bodies or query strings (they carry SQL and
 * filters): the route's pattern says what was called.
 */
export function logRequest(log: Logger, request: CallRequest, status: number | null, elapsedMs: number): void {
  const level = LEVELS[status ?? 0] ?? "debug";
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      request_id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? "none",
      status,
      ms: Math.round(elapsedMs),
      user: request.state.identity?.userId,
      tenant: request.state.identity?.tenantId,
      ...(request.state.identity === null && { address: request.ip }),
    },
    "request",
  );
}
