import type { Logger } from "pino";
import type { Identity } from "../../auth/identity.js";
import type { ErrorCode } from "../../errors/error-table.js";
import { requestLogger } from "../../logging/logger.js";
import type { HttpRequest } from "../context/http-request.js";
import { operationOf } from "../surface/route.js";
import { requestIds } from "./request-ids.js";

/** Lines in a second about refusals that nobody has asked to log: in a flood, a disk would soon be full of them. */
export const MOST_PER_SECOND = 100;
const SECOND_MS = 1000;

/** Responses that are logged whether or not all of them are wanted. */
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

/**
 * Writes one line for a finished request, where it is of interest or all of them are wanted. Where they aren't, a crowd of
 * refusals is counted instead, and the count is written once a second. An internal error always has its line.
 */
export class AccessLog {
  private readonly log: Logger;
  private readonly usual: "info" | "debug";
  private secondBegan = Number.NEGATIVE_INFINITY;
  private written = 0;
  private leftOut: { [status: string]: number } = {};

  constructor(
    log: Logger,
    private readonly accessLog: boolean,
  ) {
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
    if (!this.accessLog && level !== "error" && level !== "debug" && this.isTooMuch(status)) return;
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

  private isTooMuch(status: number | null): boolean {
    const now = performance.now();
    if (now - this.secondBegan >= SECOND_MS) {
      this.secondBegan = now;
      this.written = 0;
    }
    if (this.written < MOST_PER_SECOND) {
      this.written++;
      return false;
    }
    const name = String(status);
    if (Object.keys(this.leftOut).length === 0) setTimeout(() => this.tellLeftOut(), SECOND_MS).unref();
    this.leftOut[name] = (this.leftOut[name] ?? 0) + 1;
    return true;
  }

  private tellLeftOut(): void {
    this.log.warn({ leftOut: this.leftOut }, "requests were refused without a line of their own");
    this.leftOut = {};
  }
}
