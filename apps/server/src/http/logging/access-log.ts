import type { Logger } from "pino";
import { requestLogger } from "../../logging/logger.js";
import type { HttpRequest } from "../context/http-request.js";
import { operationOf } from "../surface/route.js";
import { requestIds } from "./request-ids.js";

/** Responses that are always logged. */
const LEVELS: { readonly [status: number]: "error" | "warn" | "info" } = {
  401: "info",
  403: "info",
  429: "info",
  500: "error",
  503: "warn",
};

/** Writes one line for a finished request, where it is of interest or all of them are wanted. */
export class AccessLog {
  private readonly log: Logger;
  private readonly usual: "info" | "debug";

  constructor(log: Logger, accessLog: boolean) {
    this.log = requestLogger(log, accessLog);
    this.usual = accessLog ? "info" : "debug";
  }

  /**
   * `status` is null where the client went away before its response was sent. Never headers (they carry credentials),
   * bodies or query strings (they carry SQL and filters): the operation and the route's pattern say what was called.
   */
  finished(request: HttpRequest, status: number | null, elapsedMs: number): void {
    const { identity, brokenBy, errorCode } = request.requestContext;
    // A surface may refuse credentials with another status.
    const level = errorCode === "UNAUTHORIZED" ? "info" : (LEVELS[status ?? 0] ?? this.usual);
    if (!this.log.isLevelEnabled(level)) return;
    this.log[level](
      {
        ...requestIds(request),
        method: request.method,
        route: request.routeOptions.url ?? "none",
        operation: operationOf(request)?.id,
        status,
        ...(brokenBy !== null && { code: brokenBy }),
        ms: Math.round(elapsedMs * 10) / 10,
        user: identity?.userId,
        tenant: identity?.tenantId,
        address: request.ip,
      },
      "request",
    );
  }
}
