import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { ApiError } from "../../errors/api-error.js";
import type { RequestCounter } from "../../metrics/request-counter.js";
import type { DialectNegotiator } from "../../surfaces/v1/formats/negotiate.js";
import type { AnyOperation } from "../../surfaces/v1/operation/operation.js";
import { OPERATIONS } from "../../surfaces/v1/routes/index.js";
import type { Auditor } from "../audit/auditor.js";
import { limitBodyTime } from "../body/body-time.js";
import { type BodyLimits, installBodyParser } from "../body/read-body.js";
import type { Admission } from "../checks/authenticate.js";
import { guardHost } from "../checks/host-guard.js";
import { RouteTable } from "../checks/route-table.js";
import { refuseLongUrl } from "../checks/url-limits.js";
import type { Checks } from "../checks/validate.js";
import type { CallRequest } from "../context/request-context.js";
import { traceContext } from "../context/trace-context.js";
import type { IdempotencyKeys, Replay } from "../idempotency/idempotency-keys.js";
import type { RequestLog } from "../logging/request-log.js";
import { allowOrigin, answerOptions } from "../response/cors.js";
import { operationOf, presentResult, sendError } from "../response/respond.js";
import type { WaitingAnswers } from "../response/response-backlog.js";
import { LineAnswer } from "../stream/ndjson-response.js";

export interface EdgeParts {
  readonly negotiator: DialectNegotiator;
  readonly admission: Admission;
  readonly checks: Checks;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly auditor: Auditor;
  readonly corsOrigins: ReadonlySet<string>;
  /** True where authentication is off. */
  readonly guardsHost: boolean;
  readonly bodyLimits: BodyLimits;
  readonly log: Logger;
  readonly requestLog: RequestLog;
  readonly requests: RequestCounter;
  readonly waiting: WaitingAnswers;
  isClosing(): boolean;
}

/** Characters of an answer that is turned into bytes before it waits for its client. */
const LONG = 64 * 1024;

/**
 * The fixed order of checks, as Fastify's hooks: dialect, Host and Origin, route and method, authentication, rate limit
 * (all before the body is read), media type, size and JSON, scope, shape. After that the controller runs, and its
 * result is put into the request's dialect.
 */
export function installEdge(fastify: FastifyInstance, parts: EdgeParts): void {
  const routes = routeTable();
  fastify.decorateRequest("state", null);
  fastify.decorateRequest("call", null);
  installBodyParser(fastify, parts.bodyLimits);
  fastify.setReplySerializer((body) => (body === null || body === undefined ? "" : JSON.stringify(body)));

  fastify.addHook("onRequest", (raw, reply, done) => {
    const request = raw as CallRequest;
    begin(request, reply, parts);
    limitBodyTime(request.raw);
    try {
      const pending = admit(request, reply, parts, routes);
      if (pending === "answered") return;
      if (pending) pending.then(() => done(), done);
      else done();
    } catch (error) {
      done(error as Error);
    }
  });

  fastify.addHook("preHandler", (raw, reply, done) => {
    const request = raw as CallRequest;
    const operation = operationOf(request);
    try {
      const pending = operation && prepare(request, operation, parts);
      if (!pending) done();
      else pending.then((replay) => (replay ? answerAgain(reply, operation, replay) : done()), done);
    } catch (error) {
      done(error as Error);
    }
  });

  fastify.addHook("preSerialization", (raw, reply, result, done) => {
    const request = raw as CallRequest;
    const operation = operationOf(request);
    if (operation?.audited) request.state.audit.result = result;
    const present = () => done(null, operation?.view ? presentResult(request, reply, operation, result) : result);
    const { repeat } = request.state;
    if (repeat) void repeat.succeed(result).then(present);
    else present();
  });

  // Before the answer leaves, so that whoever has it finds the entry.
  fastify.addHook("onSend", (raw, reply, payload, done) => {
    const request = raw as CallRequest;
    const operation = operationOf(request);
    // A long text would be held twice: by JavaScript, and by the socket as bytes.
    const body = typeof payload === "string" && payload.length > LONG ? Buffer.from(payload) : payload;
    try {
      parts.waiting.send(reply.raw, sizeOf(body), reply.statusCode < 400 && isReadOfBranch(operation));
    } catch (error) {
      done(error as Error);
      return;
    }
    if (operation?.audited) parts.auditor.record(request, reply, operation);
    done(null, body);
  });
}

/** What may be refused when its answer is there already. */
function isReadOfBranch(operation: AnyOperation | undefined): boolean {
  return operation?.changes === false && operation.path.startsWith("/v1/branches");
}

/** Streams mind their clients by themselves, and hold little. */
function sizeOf(payload: unknown): number {
  if (typeof payload === "string") return Buffer.byteLength(payload);
  return payload instanceof Uint8Array ? payload.length : 0;
}

/** Once a request is over, whether its client waited for the answer or not. */
function finish(request: CallRequest, reply: FastifyReply, parts: EdgeParts): void {
  const operation = operationOf(request);
  const elapsed = performance.now() - request.state.startedAt;
  const status = reply.raw.writableFinished ? reply.statusCode : null;
  parts.requests.end(operation, request.method, status, elapsed / 1000);
  request.state.onGone?.();
  if (operation) parts.admission.charge(request, operation, request.state.workedMs?.() ?? elapsed);
  parts.requestLog.finished(request, status, elapsed);
}

/** Answers what failed before the hooks could run, such as a URL that can't be decoded. */
export function answerUnrouted(error: unknown, raw: FastifyRequest, reply: FastifyReply, parts: EdgeParts): void {
  const request = raw as CallRequest;
  begin(request, reply, parts);
  sendError(request, reply, error, parts.log);
}

/** From here on the request can be answered in its dialect, whatever happens. */
function begin(request: CallRequest, reply: FastifyReply, parts: EdgeParts): void {
  const hasLines = operationOf(request)?.lines ?? false;
  const { dialect, contentType, linesType } = parts.negotiator.choose(request.headers.accept, hasLines);
  const { traceId, spanId, parentSpanId } = traceContext(request.headers.traceparent);
  request.state = {
    startedAt: performance.now(),
    dialect,
    contentType,
    linesType,
    onGone: null,
    workedMs: null,
    brokenBy: null,
    identity: null,
    repeat: null,
    audit: {},
    traceId,
    spanId,
    parentSpanId,
  };
  parts.requests.begin();
  // Not Fastify's onResponse, which a client that goes away keeps from being called.
  reply.raw.once("close", () => finish(request, reply, parts));
  reply.header("x-request-id", request.id);
  reply.header("x-content-type-options", "nosniff");
  if (parts.corsOrigins.size > 0) allowOrigin(request, reply, parts.corsOrigins);
  else reply.header("vary", "Accept");
}

function admit(
  request: CallRequest,
  reply: FastifyReply,
  parts: EdgeParts,
  routes: RouteTable,
): undefined | Promise<void> | "answered" {
  if (parts.isClosing()) {
    if (!operationOf(request)?.whileEnding) throw new ApiError("SHUTTING_DOWN", undefined, {}, { connection: "close" });
    reply.header("connection", "close");
  }
  if (parts.guardsHost) guardHost(request.headers, parts.corsOrigins);
  refuseLongUrl(request.url);
  if (request.is404) {
    const methods = routes.methods(request.url);
    if (methods.length === 0) throw new ApiError("ROUTE_NOT_FOUND");
    if (request.method === "OPTIONS") {
      answerOptions(request, reply, methods);
      return "answered";
    }
    const message = `${request.method} is not one of the methods of this path: ${methods.join(", ")}`;
    throw new ApiError("METHOD_NOT_ALLOWED", message, {}, { allow: methods.join(", ") });
  }
  // The router takes /v1/branches//tables for a branch without a name.
  if (Object.values(request.params as object).includes("")) throw new ApiError("ROUTE_NOT_FOUND");
  const operation = operationOf(request);
  return operation && parts.admission.admit(request, reply, operation);
}

/** Checks the request and looks for an answer that it had before; a promise only where either takes one. */
function prepare(
  request: CallRequest,
  operation: AnyOperation,
  parts: EdgeParts,
): undefined | Promise<Replay | undefined> {
  const checked = parts.checks.run(request, operation);
  const recall = () => {
    if (request.state.linesType !== null) request.call = { ...request.call, lines: new LineAnswer(request, parts) };
    return parts.idempotencyKeys.begin(request, operation);
  };
  return checked ? checked.then(recall) : recall();
}

function answerAgain(reply: FastifyReply, operation: AnyOperation, { result }: Replay): void {
  reply.code(operation.status).header("idempotency-replayed", "true").send(result);
}

function routeTable(): RouteTable {
  const table = new RouteTable();
  for (const { method, path } of OPERATIONS) table.add(method, path);
  for (const page of ["/v1/docs", "/v1/redoc"]) for (const path of [page, `${page}/{file}`]) table.add("GET", path);
  return table;
}
