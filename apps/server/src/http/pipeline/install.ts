import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { ApiError } from "../../errors/api-error.js";
import type { RequestCounter } from "../../metrics/request-counter.js";
import type { RunningQueries } from "../../queries/running-queries.js";
import type { Auditor } from "../audit/auditor.js";
import { limitBodyTime } from "../body/body-time.js";
import { type BodyLimits, installBodyParser } from "../body/read-body.js";
import type { Authentication } from "../checks/authentication.js";
import { guardHost } from "../checks/host-guard.js";
import { RouteTable } from "../checks/route-table.js";
import { refuseLongUrl } from "../checks/url-limits.js";
import type { Validation } from "../checks/validation.js";
import { leadsToConsole } from "../console/install-console.js";
import type { HttpRequest } from "../context/http-request.js";
import "../surface/running-request.js";
import { addressKey } from "../../util/addresses.js";
import { traceContext } from "../context/trace-context.js";
import { documentPaths, installDocument } from "../document/document-files.js";
import { adoptClient, type ClientFacts } from "../front/front-header.js";
import type { IdempotencyKeys, Replay } from "../idempotency/idempotency-keys.js";
import type { AccessLog } from "../logging/access-log.js";
import { installStaticPage } from "../pages/static-page.js";
import { allowOrigin, sendOptions } from "../response/cors.js";
import { endWithConnection } from "../response/end-with-connection.js";
import { stringifyBody } from "../response/json-text.js";
import { isTooLate, presentResult, sendError, tooLate } from "../response/respond.js";
import type { ResponseBacklog } from "../response/response-backlog.js";
import { asksToWait, slowDown } from "../response/slow-down.js";
import { RowStreamResponse } from "../stream/row-stream-response.js";
import type { Operation } from "../surface/operation.js";
import { operationOf, type RouteConfig, routeConfigOf } from "../surface/route.js";
import type { Surfaces } from "../surface/surfaces.js";
import { lineOf } from "./line.js";
import { applyTraceId } from "./trace-id.js";
import type { Turns } from "./turns.js";

export interface HttpParts {
  readonly surfaces: Surfaces;
  readonly authentication: Authentication;
  readonly validation: Validation;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly auditor: Auditor;
  readonly corsOrigins: ReadonlySet<string>;
  /** True where authentication is off. */
  readonly guardsHost: boolean;
  readonly bodyLimits: BodyLimits;
  readonly log: Logger;
  readonly accessLog: AccessLog;
  readonly requests: RequestCounter;
  readonly queries: RunningQueries;
  readonly backlog: ResponseBacklog;
  readonly turns: Turns;
  /** Whether all requests come from fronts, which say whose they are. */
  readonly isBehindFronts: boolean;
  /** Where browsers are sent from `/`; null without a console. */
  readonly consoleUrl: string | null;
  isClosing(): boolean;
  /** Whether no other node of the cell can be serving; null for a server of its own. */
  readonly mayAnswer: (() => boolean) | null;
}

const TOO_MANY = "Too many requests are under way. Try again shortly.";
/** Whoever is known may hear that a hidden path doesn't exist. */
const UNMATCHED = { access: "authenticated", rate: "read" } as const;
/** Characters of a response that is turned into bytes before it waits for its client. */
const LONG = 64 * 1024;

/**
 * The fixed order of checks, as Fastify's hooks: surface and format, Host and Origin, route and method, authentication,
 * rate limit (all before the body is read), body, scope, schemas. After that the controller runs, and its result is put
 * into the request's format.
 */
export function installPipeline(fastify: FastifyInstance, parts: HttpParts): void {
  const routes = routeTable(parts.surfaces);
  fastify.decorateRequest("requestContext", null);
  installBodyParser(fastify, parts.bodyLimits);
  fastify.setReplySerializer((body) => (body === null || body === undefined ? "" : stringifyBody(body)));

  fastify.addHook("onRoute", (route) => {
    const config = route.config as RouteConfig | undefined;
    if (config?.operation) config.surface = parts.surfaces.ofOperation(config.operation);
  });

  fastify.addHook("onRequest", (raw, reply, done) => {
    const request = raw as HttpRequest;
    const front = begin(request, reply, parts);
    limitBodyTime(request.raw);
    try {
      if (front?.isOneTooMany) throw new ApiError("OVERLOADED", TOO_MANY);
      // What a front had in hand before the end is served.
      const isLate = front ? front.isLate : parts.isClosing();
      const begin = () => {
        try {
          const pending = admit(request, reply, parts, routes, isLate);
          if (pending === "answered") return;
          if (pending) pending.then((how) => how === "answered" || done(), done);
          else done();
        } catch (error) {
          done(error as Error);
        }
      };
      lineOf(request.raw.socket).run((over) => {
        reply.raw.once("close", over);
        const isGone = () => reply.raw.destroyed;
        const isTaken = parts.turns.begin(() => ownerOf(request, parts), { begin, isGone });
        if (!isTaken) done(new ApiError("OVERLOADED", TOO_MANY));
      });
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.server.on("connection", () => parts.turns.accepted());

  fastify.addHook("preHandler", (raw, reply, done) => {
    const request = raw as HttpRequest;
    const operation = operationOf(request);
    if (request.body !== undefined) applyTraceId(request, reply, request.body);
    try {
      const pending = operation && verifyAndPrepare(request, operation, parts);
      if (!pending) done();
      else pending.then((replay) => (replay ? sendReplay(reply, operation, replay) : done()), done);
    } catch (error) {
      done(error as Error);
    }
  });

  fastify.addHook("preSerialization", (raw, reply, result, done) => {
    const request = raw as HttpRequest;
    const { requestContext: context } = request;
    const operation = operationOf(request);
    if (operation?.audited) context.result = result;
    const present = () =>
      done(null, operation?.presented ? presentResult(request, reply, operation, result, parts.log) : result);
    if (context.attempt) void context.attempt.succeed(result).then(present);
    else present();
  });

  // Before the response leaves, so that whoever has it finds the entry.
  fastify.addHook("onSend", (raw, reply, payload, done) => {
    const request = raw as HttpRequest;
    const operation = operationOf(request);
    if (request.requestContext.errorCode === null && isTooLate(request)) {
      if (typeof (payload as Readable | null)?.destroy === "function") (payload as Readable).destroy();
      done(tooLate(request));
      return;
    }
    // A long text would be held twice: by JavaScript, and by the socket as bytes.
    const body = typeof payload === "string" && payload.length > LONG ? Buffer.from(payload) : payload;
    try {
      const { surface, result } = request.requestContext;
      const mayRefuse = reply.statusCode < 400 && isReadOfDatabase(operation, result);
      const { advice } = surface;
      parts.backlog.send(reply.raw, sizeOf(body), mayRefuse ? advice.largeResponse : null);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (operation?.audited) parts.auditor.record(request, reply, operation);
    // A front slows its clients down itself: they share the connections to main.
    if (asksToWait(reply.statusCode) && !parts.isBehindFronts) {
      const seconds = slowDown(request.raw.socket, reply.raw, ownerOf(request, parts));
      if (seconds > Number(reply.getHeader("retry-after") ?? 0)) reply.header("retry-after", String(seconds));
    }
    done(null, body);
  });
}

/** After Nest has set its handler of errors, which only routes that come later have. */
export function installPages(fastify: FastifyInstance, surfaces: Surfaces): void {
  for (const { pages, document } of surfaces.all) {
    for (const page of pages) installStaticPage(fastify, page);
    installDocument(fastify, document);
  }
}

/** A name for the tenant that a request is of, or for its client where that isn't known yet. */
function ownerOf(request: HttpRequest, { authentication }: HttpParts): string {
  const identity = request.requestContext.identity ?? authentication.known(request);
  return identity ? identity.tenantId : `from ${addressKey(request.ip)}`;
}

/** Requests that may be refused although their response is ready. */
function isReadOfDatabase(operation: Operation | undefined, result: unknown): boolean {
  if (!operation?.onDatabase) return false;
  return !operation.changes || operation.onlyRead?.(result) === true;
}

/** Streams mind their clients by themselves, and hold little. */
function sizeOf(payload: unknown): number {
  if (typeof payload === "string") return Buffer.byteLength(payload);
  return payload instanceof Uint8Array ? payload.length : 0;
}

/** Once a request is over, whether its client waited for the response or not. */
function finish(request: HttpRequest, reply: FastifyReply, parts: HttpParts): void {
  const { requestContext: context } = request;
  const operation = operationOf(request);
  const elapsed = performance.now() - context.startedAt;
  const status = reply.raw.writableFinished ? reply.statusCode : null;
  parts.requests.end(operation, context.surface.name, request.method, status, elapsed / 1000);
  context.onClose?.();
  if (context.running) {
    // The outcome of a request with a key is kept for whoever comes back for it.
    if (status === null && !context.attempt) context.running.cancellation.abandon();
    parts.queries.end(context.running);
  }
  context.heldBody?.end();
  if (operation) parts.authentication.charge(request, operation, context.workedMs?.() ?? elapsed);
  parts.accessLog.finished(request, status, elapsed);
}

/** Responds to what failed before the hooks could run, such as a URL that can't be decoded. */
export function sendUnrouted(error: unknown, raw: FastifyRequest, reply: FastifyReply, parts: HttpParts): void {
  const request = raw as HttpRequest;
  begin(request, reply, parts);
  const send = (reason: unknown) => sendError(request, reply, reason, parts.log);
  try {
    const pending = hidden(request) && parts.authentication.check(request, reply, UNMATCHED);
    if (pending) pending.then((how) => how === "answered" || send(error), send);
    else send(error);
  } catch (refusal) {
    send(refusal);
  }
}

/**
 * From here on the request can be answered in its format, whatever happens. Returns what the front that it came through
 * says, or null.
 */
function begin(request: HttpRequest, reply: FastifyReply, parts: HttpParts): ClientFacts | null {
  endWithConnection(request.raw, reply.raw);
  const front = parts.isBehindFronts ? adoptClient(request) : null;
  const { operation, surface = parts.surfaces.ofPath(request.url) } = routeConfigOf(request);
  request.requestContext = {
    startedAt: performance.now(),
    surface,
    format: surface.chooseFormat(request, operation),
    trace: traceContext(request.headers.traceparent),
    identity: null,
    input: null,
    caller: null,
    running: null,
    unverified: null,
    heldBody: null,
    stream: null,
    attempt: null,
    result: undefined,
    errorCode: null,
    mayAnswer: parts.mayAnswer,
    brokenBy: null,
    transactionExpiresAt: null,
    onClose: null,
    workedMs: null,
  };
  applyTraceId(request, reply, undefined);
  // Node keeps an address that was read, and has none of a client that is gone by the time of the audit entry.
  void request.raw.socket.remoteAddress;
  parts.requests.begin();
  // Not Fastify's onResponse, which a client that goes away keeps from being called.
  reply.raw.once("close", () => finish(request, reply, parts));
  reply.header("x-request-id", request.id);
  reply.header("x-content-type-options", "nosniff");
  for (const name in surface.headers) reply.header(name, surface.headers[name]);
  if (parts.corsOrigins.size > 0) allowOrigin(request, reply, parts.corsOrigins);
  else reply.header("vary", "Accept");
  return front;
}

function admit(
  request: HttpRequest,
  reply: FastifyReply,
  parts: HttpParts,
  routes: RouteTable,
  isLate: boolean,
): undefined | Promise<undefined | "answered"> | "answered" {
  const operation = operationOf(request);
  if (isLate) {
    if (!operation?.whileEnding) throw new ApiError("SHUTTING_DOWN", undefined, {}, { connection: "close" });
    reply.header("connection", "close");
  }
  if (isTooLate(request)) throw new ApiError("NOT_ACTIVE");
  if (parts.guardsHost) guardHost(request, parts.corsOrigins);
  if (parts.consoleUrl !== null && leadsToConsole(request)) {
    reply.redirect(parts.consoleUrl, 302);
    return "answered";
  }
  // Fastify refuses a type that it can't parse before anybody reads the body.
  if (request.requestContext.surface.ignoresMediaType) request.raw.headers["content-type"] = "application/octet-stream";
  refuseLongUrl(request.url, request.requestContext.surface.advice.longUrl);
  if (request.is404) {
    const methods = routes.methods(request.url);
    if (request.method === "OPTIONS" && methods.length > 0) {
      sendOptions(request, reply, methods);
      return "answered";
    }
    const known = hidden(request) && parts.authentication.check(request, reply, UNMATCHED);
    if (known) return known.then((how) => how ?? refuseUnmatched(request, methods));
    refuseUnmatched(request, methods);
  }
  // The router takes a path with an empty segment for one whose parameter is empty.
  if (Object.values(request.params as object).includes("")) throw new ApiError("ROUTE_NOT_FOUND");
  return operation && parts.authentication.check(request, reply, operation);
}

function hidden({ url, requestContext: { surface } }: HttpRequest): boolean {
  return surface.hides?.(url.split("?", 1)[0]!) ?? false;
}

/** Says why no route matched. */
function refuseUnmatched(request: HttpRequest, methods: readonly string[]): never {
  if (methods.length === 0) throw new ApiError("ROUTE_NOT_FOUND");
  const message = `This path doesn't support ${request.method}. Expected ${methods.join(", ")}.`;
  throw new ApiError("METHOD_NOT_ALLOWED", message, {}, { allow: methods.join(", ") });
}

const NO_BODY = Buffer.alloc(0);

/** The body of a signed request is verified as soon as it is there; where it has none, that is here. */
function verifyAndPrepare(
  request: HttpRequest,
  operation: Operation,
  parts: HttpParts,
): undefined | Promise<Replay | undefined> {
  const { unverified } = request.requestContext;
  if (!unverified) return prepare(request, operation, parts);
  return unverified.verify(NO_BODY).then(() => prepare(request, operation, parts));
}

/** Checks the request and looks for a response that it had before; a promise only where either takes one. */
function prepare(
  request: HttpRequest,
  operation: Operation,
  parts: HttpParts,
): undefined | Promise<Replay | undefined> {
  const checked = parts.validation.check(request, operation);
  const recall = () => {
    const { requestContext: context } = request;
    const { rows } = context.format;
    if (rows) context.stream = new RowStreamResponse(request, rows, parts);
    return parts.idempotencyKeys.begin(request, operation);
  };
  return checked ? checked.then(recall) : recall();
}

function sendReplay(reply: FastifyReply, operation: Operation, { result }: Replay): void {
  reply.code(operation.status).header("idempotency-replayed", "true").send(result);
}

function routeTable(surfaces: Surfaces): RouteTable {
  const table = new RouteTable();
  for (const { operations, pages, document } of surfaces.all) {
    for (const { method, path } of operations) table.add(method, path);
    for (const path of documentPaths(document)) table.add("GET", path);
    for (const { path } of pages) for (const one of [path, `${path}/`, `${path}/{file}`]) table.add("GET", one);
  }
  return table;
}
