import type { DatabasePort } from "@heliosdb/port";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Identity } from "../../auth/identity.js";
import type { Dialect, ErrorCode } from "../../errors/error-table.js";
import type { OperationSpec } from "../../surfaces/v1/operation/operation.js";
import type { AuditNotes } from "../audit/entry.js";
import type { Repeat } from "../idempotency/attempt.js";
import type { LineAnswer } from "../stream/ndjson-response.js";
import type { TraceContext } from "./trace-context.js";

/** All that a service gets to know of a request: checked values, who asks, and whose database. */
export interface CallOf<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly identity: Identity;
  readonly requestId: string;
  /** Given to the port with the effect of a request that may be sent again, so that it takes effect once. */
  readonly effectId?: string;
  /** The trace that the request is part of, 32 hex digits: the caller's `traceparent`, or a new one. */
  readonly traceId: string;
  /** Of the caller's tenant. */
  readonly database: DatabasePort;
  /** Set where the answer is to come in lines of JSON (`lines` of the operation). */
  readonly lines?: LineAnswer;
}

export type Call<O> = O extends OperationSpec<infer P, infer Q, infer B> ? CallOf<P, Q, B> : never;

/** What the hooks of edge/ keep of a request while it is under way. */
export interface RequestState extends TraceContext {
  readonly startedAt: number;
  readonly dialect: Dialect;
  /** The Content-Type of the answer. */
  readonly contentType: string;
  /** The Content-Type of an answer in lines of JSON, where one was asked for and there is one. */
  readonly linesType: string | null;
  /** Called when the request is over, or its client has gone away. */
  onGone: (() => void) | null;
  /** The code of the error that ended an answer which had begun, or null. */
  brokenBy: ErrorCode | null;
  /** What the database took for the request, where that is not all the time until it is over. */
  workedMs: (() => number) | null;
  identity: Identity | null;
  /** Set while a request with an Idempotency-Key is under way. */
  repeat: Repeat | null;
  readonly audit: AuditNotes;
}

export interface CallRequest extends FastifyRequest {
  state: RequestState;
  call: CallOf<unknown, unknown, unknown>;
}

export type CallReply = FastifyReply;
