import { formatMicros } from "@heliosdb/port";
import type { FastifyReply } from "fastify";
import type { Logger } from "pino";
import { CatalogUnavailable } from "../../catalog/catalog-unavailable.js";
import { ApiError, type ErrorReport, reportOf } from "../../errors/api-error.js";
import { ERRORS, type ErrorCode } from "../../errors/error-table.js";
import { drain } from "../body/drain.js";
import { elapsedMs, type HttpRequest } from "../context/http-request.js";
import type { Attempt } from "../idempotency/attempt.js";
import { requestIds } from "../logging/request-ids.js";
import type { Operation } from "../surface/operation.js";
import type { PresentedError, ResponseMeta } from "../surface/response-format.js";
import { operationOf } from "../surface/route.js";

declare module "../context/request-context.js" {
  interface RequestContext {
    /** Code of the error that the request was refused with. */
    errorCode: ErrorCode | null;
    /** Whether no other node of the cell can be serving; null for a server of its own. */
    readonly mayAnswer: (() => boolean) | null;
    /** Code of the error that ended a response which had begun. */
    brokenBy: ErrorCode | null;
    /** Where a request ran in a transaction: when that expires, in microseconds since 1970. */
    transactionExpiresAt: number | null;
  }
}

/** The body of a result in the format of the request; `null` for none. */
export function presentResult(
  request: HttpRequest,
  reply: FastifyReply,
  operation: Operation,
  result: unknown,
  log: Logger,
) {
  const { format, transactionExpiresAt } = request.requestContext;
  if (transactionExpiresAt !== null) reply.header("transaction-expires-at", formatMicros(transactionExpiresAt));
  const { status, contentType, headers, body, withheld } = format.result(operation, result, metaOf(request));
  if (withheld) log.debug({ ...requestIds(request), ...withheld }, "request served");
  if (status !== undefined) reply.code(status);
  for (const name in headers) reply.header(name, headers[name]);
  reply.header("content-type", contentType ?? format.contentType);
  return body ?? null;
}

/** Responds with an error in the format of the request. What is no known condition is a bug: logged, and not shown. */
export function sendError(request: HttpRequest, reply: FastifyReply, error: unknown, log: Logger): void {
  if (isReceiving(request)) {
    void drain(request.raw).then((isAll) => {
      if (!isAll) reply.header("connection", "close");
      sendReported(request, reply, error, log);
    });
  } else {
    sendReported(request, reply, error, log);
  }
}

/** Whether the client of an operation that takes a file may still be sending it. A stranger hears 401 at once. */
function isReceiving(request: HttpRequest): boolean {
  const takesFile = Boolean(operationOf(request)?.bodyTypes);
  return takesFile && request.requestContext.identity !== null && !request.raw.readableEnded;
}

function sendReported(request: HttpRequest, reply: FastifyReply, error: unknown, log: Logger): void {
  const report = reported(request, error, log);
  const attempt: Attempt | null = request.requestContext.attempt;
  if (attempt) void attempt.fail(report).then(() => sendReport(request, reply, report, log));
  else sendReport(request, reply, report, log);
}

function sendReport(request: HttpRequest, reply: FastifyReply, found: ErrorReport, log: Logger): void {
  const context = request.requestContext;
  // An error tells of a state that may be another one by now.
  const report = isTooLate(request) && found.code !== "NOT_ACTIVE" ? tooLate(request) : found;
  context.errorCode = report.code;
  const { status, headers, contentType, body, withheld } = presented(request, report);
  if (withheld) log.info({ ...requestIds(request), code: report.code, ...withheld }, "request refused");
  const { transactionExpiresAt } = context;
  if (transactionExpiresAt !== null) reply.header("transaction-expires-at", formatMicros(transactionExpiresAt));
  const { retryAfter } = ERRORS[report.code];
  if (retryAfter !== undefined) reply.header("retry-after", retryAfter);
  for (const [name, value] of Object.entries({ ...headers, ...report.headers })) reply.header(name, value);
  reply.code(status);
  if (body === undefined) {
    reply.send();
    return;
  }
  reply.header("content-type", contentType ?? context.format.contentType);
  // As bytes: Fastify would add a charset to the vendor type of a text, and present an object as a result.
  reply.send(Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)));
}

/** Whether another node may be serving the cell, so that what this one knows may not be true any more. */
export function isTooLate(request: HttpRequest): boolean {
  const { mayAnswer } = request.requestContext;
  return mayAnswer !== null && !mayAnswer() && !operationOf(request)?.whileEnding;
}

/** What to say in place of a response that has come too late. */
export function tooLate(request: HttpRequest): ApiError {
  if (!operationOf(request)?.changes) return new ApiError("NOT_ACTIVE");
  const message =
    "This node may not be the active one of its cell any more. Whether the request took effect is not known.";
  return new ApiError("WORKER_LOST", message);
}

/** An error as the last line of a response that had begun. */
export function errorBody(request: HttpRequest, error: unknown, log: Logger): unknown {
  const report = reported(request, error, log);
  request.requestContext.brokenBy = report.code;
  return presented(request, report).body;
}

function reported(request: HttpRequest, error: unknown, log: Logger): ErrorReport {
  const known = reportOf(error);
  if (error instanceof CatalogUnavailable) {
    log.error({ ...requestIds(request), err: error.failure }, "the catalog can't be used");
  }
  if (!known) log.error({ ...requestIds(request), err: error }, "unexpected error");
  return known ?? new ApiError("INTERNAL_ERROR");
}

function presented(request: HttpRequest, report: ErrorReport): PresentedError {
  return request.requestContext.format.error(report, operationOf(request), metaOf(request));
}

export function metaOf(request: HttpRequest): ResponseMeta {
  const identity = request.requestContext.identity ?? undefined;
  return { requestId: request.id, elapsedMs: elapsedMs(request), identity };
}
