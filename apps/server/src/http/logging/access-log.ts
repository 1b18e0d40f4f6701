import type { Logger } from "pino";
import type { Identity } from "../../auth/identity.js";
import type { ErrorCode } from "../../errors/error-table.js";
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

/** The facts of a line. */
export interface LoggedRequest {
  readonly ids: { readonly [name: string]: string | undefined };
  readonly method: string;
  /** Its pattern. */
  readonly route: string;
  readonly operation: string | undefined;
  /** Code of the error that ended a response which had begun. */
  readonly brokenBy: ErrorCode | null;
  readonly elapsedMs: number;
  readonly identity: Pick<Identity, "userId" | "tenantId"> | null;
  readonly address: string;
}

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
    this.write(status, errorCode, () => ({
      ids: requestIds(request),
      method: request.method,
      route: request.routeOptions.url ?? "none",
      operation: operationOf(request)?.id,
      brokenBy,
      elapsedMs,
      identity,
      address: request.ip,
    }));
  }

  /** @param facts asked for only where a line is written */
  write(status: number | null, errorCode: ErrorCode | null, facts: () => LoggedRequest): void {
    // A surface may refuse credentials with another status.
    const level = errorCode === "UNAUTHORIZED" ? "info" : (LEVELS[status ?? 0] ?? this.usual);
    if (!this.log.isLevelEnabled(level)) return;
    const { ids, method, route, operation, brokenBy, elapsedMs, identity, address } = facts();
    this.log[level](
      {
        ...ids,
        method,
        route,
        operation,
        status,
        ...(brokenBy !== null && { code: brokenBy }),
        ms: Math.round(elapsedMs * 10) / 10,
        user: identity?.userId,
        tenant: identity?.tenantId,
        address,
      },
      "request",
    );
  }
}
