import type { FastifyReply } from "fastify";
import type { Logger } from "pino";
import { ApiError, type ErrorReport, reportOf } from "../../errors/api-error.js";
import { ERRORS, errorStatus } from "../../errors/error-table.js";
import { PRESENTERS } from "../../surfaces/v1/formats/presenters.js";
import type { AnyOperation } from "../../surfaces/v1/operation/operation.js";
import type { PresentContext } from "../../surfaces/v1/presenters/view/view.js";
import { drain } from "../body/drain.js";
import type { CallRequest } from "../context/request-context.js";
import { requestIds } from "../logging/request-ids.js";

/** The body of a result in the dialect of the request; `null` for none. */
export function presentResult(request: CallRequest, reply: FastifyReply, operation: AnyOperation, result: unknown) {
  const { dialect, contentType } = request.state;
  const view = PRESENTERS[dialect].views[operation.view!];
  if (view.status !== undefined) reply.code(view.status);
  reply.header("content-type", contentType);
  return view.present(result as never, contextOf(request)) ?? null;
}

/** Answers with an error in the dialect of the request. What is no known condition is a bug: logged, and not shown. */
export function sendError(request: CallRequest, reply: FastifyReply, error: unknown, log: Logger): void {
  if (isReceiving(request)) {
    void drain(request.raw).then((isAll) => {
      if (!isAll) reply.header("connection", "close");
      answerError(request, reply, error, log);
    });
  } else {
    answerError(request, reply, error, log);
  }
}

/** Whether the client of an operation that takes a file may still be sending it. A stranger hears 401 at once. */
function isReceiving(request: CallRequest): boolean {
  const takesFile = Boolean(operationOf(request)?.bodyTypes);
  return takesFile && request.state.identity !== null && !request.raw.readableEnded;
}

function answerError(request: CallRequest, reply: FastifyReply, error: unknown, log: Logger): void {
  const report = reported(request, error, log);
  const { repeat } = request.state;
  if (repeat) void repeat.fail(report).then(() => answerReport(request, reply, report));
  else answerReport(request, reply, report);
}

function answerReport(request: CallRequest, reply: FastifyReply, report: ErrorReport): void {
  const { contentType, audit } = request.state;
  audit.code = report.code;
  const { status, body } = bodyOf(request, report);
  const { retryAfter } = ERRORS[report.code];
  if (retryAfter !== undefined) reply.header("retry-after", retryAfter);
  if (status === 401) reply.header("www-authenticate", "Bearer");
  for (const [name, value] of Object.entries(report.headers)) reply.header(name, value);
  reply.code(status).header("content-type", contentType);
  // As bytes: Fastify would add a charset to the vendor type of a text, and present an object as a result.
  reply.send(Buffer.from(JSON.stringify(body)));
}

/** An error as the last line of an answer that had begun. */
export function errorBody(request: CallRequest, error: unknown, log: Logger): unknown {
  const report = reported(request, error, log);
  request.state.brokenBy = report.code;
  return bodyOf(request, report).body;
}

function reported(request: CallRequest, error: unknown, log: Logger): ErrorReport {
  const known = reportOf(error);
  if (!known) log.error({ ...requestIds(request), err: error }, "unexpected error");
  return known ?? new ApiError("INTERNAL_ERROR");
}

function bodyOf(request: CallRequest, report: ErrorReport): { readonly status: number; readonly body: unknown } {
  const { dialect } = request.state;
  const status = errorStatus(report.code, dialect, operationOf(request)?.onBranchItself ?? false);
  return { status, body: PRESENTERS[dialect].error(report, status, contextOf(request)) };
}

export function operationOf(request: CallRequest): AnyOperation | undefined {
  return (request.routeOptions.config as { operation?: AnyOperation }).operation;
}

export function elapsedMs(request: CallRequest): number {
  return Math.round(performance.now() - request.state.startedAt);
}

export function contextOf(request: CallRequest): PresentContext {
  return { requestId: request.id, elapsedMs: elapsedMs(request) };
}
