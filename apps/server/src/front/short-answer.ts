import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonQueryResult } from "@heliosdb/port";
import type { Identity } from "../auth/identity.js";
import { requestId } from "../http/context/request-id.js";
import { traceContext } from "../http/context/trace-context.js";
import type { AccessLog } from "../http/logging/access-log.js";
import { idsOf } from "../http/logging/request-ids.js";
import { stringifyBody } from "../http/response/json-text.js";
import type { ResponseBacklog } from "../http/response/response-backlog.js";
import type { ResponseFormat } from "../http/surface/response-format.js";
import type { RequestCounter } from "../metrics/request-counter.js";
import { query } from "../surfaces/v1/routes/sql/sql.operations.js";
import type { v1Requests } from "../surfaces/v1/v1-requests.js";
import type { Client } from "./client-facts.js";
import type { Taken } from "./leases.js";

/** Characters of a response that is turned into bytes before it waits for its client. */
const LONG = 64 * 1024;
const ROUTE = query.path.replace(/\{(\w+)\}/g, ":$1");

export interface Answer {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly format: ResponseFormat;
  readonly startedAt: number;
  readonly identity: Identity;
  readonly taken: Taken;
}

export interface ShortAnswerParts {
  readonly v1: ReturnType<typeof v1Requests>;
  readonly hasCorsOrigins: boolean;
  readonly backlog: ResponseBacklog;
  readonly requests: RequestCounter;
  readonly accessLog: AccessLog;
  readonly clientOf: (request: IncomingMessage) => Client;
  readonly isDraining: () => boolean;
  /** Charges a caller for a request that took so many milliseconds. */
  readonly charge: (rateKey: string, elapsedMs: number) => void;
}

/** Writes the responses to queries that succeeded, as main would. */
export class ShortAnswer {
  constructor(private readonly parts: ShortAnswerParts) {}

  /** False where so large a response must wait, and nothing was written. */
  send({ request, response, format, startedAt, identity, taken }: Answer, rows: JsonQueryResult): boolean {
    const { v1, hasCorsOrigins, backlog, isDraining } = this.parts;
    const id = requestId(request);
    const meta = { requestId: id, elapsedMs: Math.round(performance.now() - startedAt), identity };
    const presented = format.result(query, rows, meta);
    const text = stringifyBody(presented.body);
    const body = text.length > LONG ? Buffer.from(text) : text;
    const bytes = Buffer.byteLength(body);
    try {
      backlog.send(response, bytes, v1.advice.largeResponse);
    } catch {
      return false;
    }
    const headers = ["x-request-id", id, "x-content-type-options", "nosniff"];
    headers.push("vary", hasCorsOrigins ? "Accept, Origin" : "Accept");
    headers.push("x-ratelimit-limit", String(taken.limit), "x-ratelimit-remaining", String(taken.remaining));
    headers.push("x-ratelimit-reset", String(taken.reset));
    for (const name in presented.headers) headers.push(name, presented.headers[name]!);
    headers.push("content-type", presented.contentType ?? format.contentType, "content-length", String(bytes));
    if (isDraining()) headers.push("connection", "close");
    this.count(request, response, id, startedAt, identity);
    response.writeHead(presented.status ?? query.status, headers);
    response.end(body);
    return true;
  }

  private count(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    startedAt: number,
    identity: Identity,
  ): void {
    const { requests, accessLog, clientOf, charge } = this.parts;
    requests.begin();
    const { address } = clientOf(request);
    response.once("close", () => {
      const status = response.writableFinished ? response.statusCode : null;
      const elapsedMs = performance.now() - startedAt;
      requests.end(query, "v1", "POST", status, elapsedMs / 1000);
      charge(identity.rateKey, elapsedMs);
      accessLog.write(status, null, () => ({
        ids: idsOf(id, traceContext(request.headers.traceparent)),
        method: "POST",
        route: ROUTE,
        operation: query.id,
        brokenBy: null,
        elapsedMs,
        identity,
        address,
      }));
    });
  }
}
