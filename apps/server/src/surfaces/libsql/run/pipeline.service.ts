import { splitStatements } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../../../auth/caller.js";
import { ApiError } from "../../../errors/api-error.js";
import { placeOf } from "../readers/place.js";
import type { CursorBody, PipelineBody, StreamRequest } from "../readers/requests.js";
import { Stream } from "../streams/stream.js";
import { Streams } from "../streams/streams.js";
import { type BatchResult, runBatch } from "./batch-runner.js";
import { wireError } from "./error-codes.js";
import { StatementRunner } from "./statement-runner.js";

export interface PipelineResult {
  readonly kind: "pipeline";
  readonly baton: string | null;
  readonly results: readonly object[];
  readonly hasWritten: boolean;
}

export interface CursorResult {
  readonly kind: "cursor";
  readonly baton: string;
  readonly batch: BatchResult;
  readonly hasWritten: boolean;
}

/** Runs the requests of streams. */
@Injectable()
export class PipelineService {
  constructor(
    private readonly streams: Streams,
    private readonly runner: StatementRunner,
  ) {}

  async pipeline(caller: Caller, place: string, { baton, requests }: PipelineBody): Promise<PipelineResult> {
    const [first] = requests;
    const stream = await this.open(caller, place, baton, first);
    const results: object[] = [];
    let isClosed = false;
    // Each has its result, whatever becomes of the others.
    for (const request of requests) {
      try {
        results.push({ type: "ok", response: await this.run(caller, stream, request) });
      } catch (error) {
        results.push({ type: "error", error: wireError(error) });
      }
      isClosed = request.type === "close";
    }
    const next = isClosed ? null : this.streams.keep(stream);
    return { kind: "pipeline", baton: next, results, hasWritten: stream.hasWritten };
  }

  async cursor(caller: Caller, place: string, { baton, steps }: CursorBody): Promise<CursorResult> {
    const stream = await this.open(caller, place, baton);
    const batch = await runBatch(this.runner, caller, stream, steps);
    return { kind: "cursor", baton: this.streams.keep(stream), batch, hasWritten: stream.hasWritten };
  }

  /** @param first may only end the transaction, which may be over by now */
  private async open(caller: Caller, place: string, baton: string | null, first?: StreamRequest): Promise<Stream> {
    const { keyId, userId } = caller.identity;
    const { branch, at } = placeOf(place);
    const fresh = new Stream(`${keyId} ${userId} ${caller.tenant}`, branch, at, place);
    const stream = this.streams.take(baton, fresh);
    const isOver = stream === null || (stream.transaction && !(await this.runner.isOpen(caller, stream)));
    if (!isOver) return stream;
    if (!first || !endsTransaction(first))
      throw new ApiError("TRANSACTION_EXPIRED", "The stream has expired due to inactivity");
    if (stream) await this.runner.close(caller, stream);
    fresh.mustRollBack = true;
    return fresh;
  }

  private async run(caller: Caller, stream: Stream, request: StreamRequest): Promise<object> {
    const { type } = request;
    switch (type) {
      case "execute":
        return { type, result: await this.runner.execute(caller, stream, request.stmt) };
      case "batch":
        return { type, result: await runBatch(this.runner, caller, stream, request.steps) };
      case "sequence":
        await this.runner.sequence(caller, stream, stream.textOf(request));
        return { type };
      case "describe": {
        const { parameters, columns, isReadonly, isExplain } = await this.runner.describe(
          caller,
          stream,
          stream.textOf(request),
        );
        const cols = columns.map(({ name, declared }) => ({ name, decltype: declared }));
        const params = parameters.map((name) => ({ name }));
        return { type, result: { params, cols, is_explain: isExplain, is_readonly: isReadonly } };
      }
      case "store_sql":
        this.streams.store(stream, request.sqlId, request.sql);
        return { type };
      case "close_sql":
        stream.forget(request.sqlId);
        return { type };
      case "get_autocommit":
        return { type, is_autocommit: stream.isAutocommit };
      case "close":
        await this.runner.close(caller, stream);
        return { type };
    }
  }
}

/** What a client sends to give up: it is right also where there is nothing left to give up. */
function endsTransaction(request: StreamRequest): boolean {
  if (request.type === "close") return true;
  if (request.type !== "execute") return false;
  const [text] = splitStatements(request.stmt.sql ?? "");
  return text?.verb === "ROLLBACK";
}
