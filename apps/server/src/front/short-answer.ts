import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonQueryResult } from "@heliosdb/port";
import type { Identity } from "../auth/identity.js";
import { requestId } from "../http/context/request-id.js";
import { traceContext } from "../http/context/trace-context.js";
import type { AccessLog } from "../http/logging/access-log.js";
import { idsOf } from "../http/logging/request-ids.js";
import { stringifyBody } from "../http/response/json-text.js";
import type { ResponseBacklog } from "../http/response/response-backlog.js";
import type { ResponseFormat, ResponseMeta } from "../http/surface/response-format.js";
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
  readonly client: Client;
}

interface Written {
  readonly status: number;
  readonly headers: string[];
  readonly body: string | Buffer;
}

export interface ShortAnswerParts {
  readonly v1: ReturnType<typeof v1Requests>;
  readonly hasCorsOrigins: boolean;
  readonly backlog: ResponseBacklog;
  readonly requests: RequestCounter;
  readonly accessLog: AccessLog;
  readonly isDraining: () => boolean;
  /** Charges a caller for a request that took so many milliseconds. */
  readonly charge: (rateKey: string, elapsedMs: number) => void;
}

/** Writes the responses to queries that succeeded, as main would. */
export class ShortAnswer {
  constructor(private readonly parts: ShortAnswerParts) {}

  /** False where main must answer, and nothing was written. */
  send(answer: Answer, rows: JsonQueryResult): boolean {
    const { request, response, identity, startedAt } = answer;
    const id = requestId(request);
    if (response.destroyed) {
      this.parts.requests.begin();
      this.end(answer, id, null);
      return true;
    }
    const meta = { requestId: id, elapsedMs: Math.round(performance.now() - startedAt), identity };
    const written = this.write(answer, rows, meta);
    if (written === null) return false;
    const { status, headers, body } = written;
    this.parts.requests.begin();
    response.once("close", () => this.end(answer, id, response.writableFinished ? status : null));
    response.writeHead(status, headers).end(body);
    return true;
  }

  /** Null where so large a response must wait, or can't be made. */
  private write({ response, format, taken }: Answer, rows: JsonQueryResult, meta: ResponseMeta): Written | null {
    const { v1, hasCorsOrigins, backlog, isDraining } = this.parts;
    try {
      const presented = format.result(query, rows, meta);
      const text = stringifyBody(presented.body);
      const body = text.length > LONG ? Buffer.from(text) : text;
      const bytes = Buffer.byteLength(body);
      backlog.send(response, bytes, v1.advice.largeResponse);
      const headers = ["x-request-id", meta.requestId, "x-content-type-options", "nosniff"];
      headers.push("vary", hasCorsOrigins ? "Accept, Origin" : "Accept");
      headers.push("x-ratelimit-limit", String(taken.limit), "x-ratelimit-remaining", String(taken.remaining));
      headers.push("x-ratelimit-reset", String(taken.reset));
      for (const name in presented.headers) headers.push(name, presented.headers[name]!);
      headers.push("content-type", presented.contentType ?? format.contentType, "content-length", String(bytes));
      if (isDraining()) headers.push("connection", "close");
      return { status: presented.status ?? query.status, headers, body };
    } catch {
      return null;
    }
  }

  /** @param status null where the client did not wait */
  private end({ request, startedAt, identity, client }: Answer, id: string, status: number | null): void {
    const { requests, accessLog, charge } = this.parts;
    const elapsedMs = performance.now() - startedAt;
    requests.end(query, "v1", query.method, status, elapsedMs / 1000);
    charge(identity.rateKey, elapsedMs);
    accessLog.write(status, null, () => ({
      ids: idsOf(id, traceContext(request.headers.traceparent)),
      method: query.method,
      route: ROUTE,
      operation: query.id,
      brokenBy: null,
      elapsedMs,
      identity,
      address: client.address,
    }));
  }
}
