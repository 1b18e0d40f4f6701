import { readExactJson, writeExactJson } from "@heliosdb/port";
import type { Logger } from "pino";
import { LessThanOrEqual } from "typeorm";
import type { Catalog } from "../../catalog/catalog.js";
import { IdempotencyEntity } from "../../catalog/idempotency.entity.js";
import { ApiError, type ErrorReport } from "../../errors/api-error.js";
import { refused } from "../../schema/invalid.js";
import { sha256 } from "../../util/ids.js";
import { nowSeconds } from "../../util/time.js";
import type { HttpRequest } from "../context/http-request.js";
import { requestIds } from "../logging/request-ids.js";
import type { Operation } from "../surface/operation.js";
import { isPassing, isRepeatable, type RecordedOutcome } from "./attempt.js";
import { fingerprintOf } from "./fingerprint.js";
import { idempotencyKey } from "./idempotency-header.js";
import { Run } from "./run.js";

/** How long the outcome of a request is kept. */
const KEPT_SECONDS = 86_400;
/** A longer outcome is left to the record that the database itself keeps of the request. */
const MAX_OUTCOME = 10_485_760;
/** Outcomes recorded between two times of clearing away old ones. */
const CLEAR_EVERY = 1_000;
/** Requests that wait for another, each with its body in memory. */
const MOST_WAITING = 100;

/** The request that another has to follow; `run` if it is under way. */
interface Predecessor {
  readonly id: string;
  readonly run: Run | null;
}

/** A response that was given before. */
export interface Replay {
  readonly result: unknown;
}

/** Makes requests with an Idempotency-Key take effect once, however often they are sent. */
export class IdempotencyKeys {
  private readonly running = new Map<string, Run>();
  private waiting = 0;
  private sinceCleared = CLEAR_EVERY;

  constructor(
    private readonly catalog: Catalog,
    private readonly log: Logger,
  ) {}

  /**
   * Looks at a checked request before its handler runs. A promise only where it carries a key: of the response that it
   * had before, or of undefined for one that is yet to run. Throws ApiError.
   */
  begin(request: HttpRequest, operation: Operation): undefined | Promise<Replay | undefined> {
    const { "idempotency-key": header, "idempotency-after": after } = request.headers;
    if ((header === undefined && after === undefined) || !isRepeatable(operation)) return undefined;
    const key = idempotencyKey(header);
    if (key === undefined) throw refused("Idempotency-After", "needs an Idempotency-Key in the same request");
    const { input, caller } = request.requestContext;
    const { params, query, body } = input!;
    const idOf = (key: string) => sha256(JSON.stringify([caller!.tenant, caller!.identity.rateKey, key]));
    const id = idOf(key);
    const predecessor =
      after === undefined ? null : this.predecessor(idOf(idempotencyKey(after, "Idempotency-After")!));
    const fingerprint = fingerprintOf(operation.id, params, query, body);
    const running = this.running.get(id);
    if (running) throw running.fingerprint === fingerprint ? new ApiError("IDEMPOTENCY_IN_PROGRESS") : mismatch();
    const run = new Run(fingerprint);
    this.running.set(id, run);
    return this.recallOrStart(request, operation, { id, run, predecessor }).catch((error) => {
      run.end(false);
      this.running.delete(id);
      throw error;
    });
  }

  /**
   * Of the request that another has to follow. It is looked for when the other arrives, not later: so each can only wait
   * for one that came before it, and no two for each other.
   */
  private predecessor(id: string): Predecessor {
    return { id, run: this.running.get(id) ?? null };
  }

  private async recallOrStart(
    request: HttpRequest,
    operation: Operation,
    { id, run, predecessor }: { id: string; run: Run; predecessor: Predecessor | null },
  ): Promise<Replay | undefined> {
    const outcome = await this.recall(id, run.fingerprint);
    if (outcome !== undefined) {
      const replay = replayOf(outcome);
      run.end(true);
      this.running.delete(id);
      return replay;
    }
    if (predecessor && !(await this.hasSucceeded(predecessor))) throw new ApiError("PREDECESSOR_FAILED");
    await this.start(request, operation, id, run);
    return undefined;
  }

  private async hasSucceeded({ id, run }: Predecessor): Promise<boolean> {
    if (!run) {
      const outcome = await this.recorded(id);
      return outcome?.kind === "result" || outcome?.kind === "secret";
    }
    if (this.waiting >= MOST_WAITING) {
      const message = `${MOST_WAITING} requests with Idempotency-After are waiting already. Send this one again later.`;
      throw new ApiError("OVERLOADED", message);
    }
    this.waiting++;
    try {
      return await run.succeeded;
    } finally {
      this.waiting--;
    }
  }

  private async recall(id: string, fingerprint: string): Promise<RecordedOutcome | undefined> {
    const row = await this.row(id);
    if (!row) return undefined;
    if (row.fingerprint !== fingerprint) throw mismatch();
    return readOutcome(row.outcome);
  }

  private async recorded(id: string): Promise<RecordedOutcome | undefined> {
    const row = await this.row(id);
    return row ? readOutcome(row.outcome) : undefined;
  }

  private async row(id: string): Promise<IdempotencyEntity | null> {
    const row = await this.catalog.of(IdempotencyEntity, (rows) => rows.findOneBy({ id }));
    return row && row.createdAt > nowSeconds() - KEPT_SECONDS ? row : null;
  }

  private async start(request: HttpRequest, operation: Operation, id: string, run: Run): Promise<void> {
    const { requestContext: context } = request;
    const { fingerprint } = run;
    const { tenant } = context.caller!;
    // Should the server end before the outcome is recorded here, the database knows by this id what it did; of what else
    // there is, at least it is known that it was begun.
    const isRemembered = operation.onDatabase;
    if (isRemembered) context.caller = { ...context.caller!, effectId: sha256(id + fingerprint) };
    else await this.record(id, tenant, fingerprint, { kind: "begun" });
    const end = async (outcome: RecordedOutcome | null) => {
      context.attempt = null;
      try {
        if (outcome) await this.record(id, tenant, fingerprint, outcome);
        else if (!isRemembered) await this.catalog.of(IdempotencyEntity, (rows) => rows.delete({ id }));
      } catch (error) {
        this.log.error({ ...requestIds(request), err: error }, "the outcome of a request could not be recorded");
      } finally {
        this.running.delete(id);
      }
    };
    context.attempt = {
      succeed: (result) => {
        // What waits for it need not wait for the record as well.
        run.end(true);
        return end(operation.holdsSecret ? { kind: "secret" } : { kind: "result", result });
      },
      fail: (report) => {
        run.end(false);
        return end(isPassing(report) ? null : { kind: "error", error: reported(report) });
      },
    };
  }

  private async record(id: string, tenant: string, fingerprint: string, outcome: RecordedOutcome): Promise<void> {
    const now = nowSeconds();
    if (++this.sinceCleared > CLEAR_EVERY) {
      this.sinceCleared = 0;
      const old = { createdAt: LessThanOrEqual(now - KEPT_SECONDS) };
      await this.catalog.of(IdempotencyEntity, (rows) => rows.delete(old));
    }
    const text = writeExactJson([outcome]);
    if (text.length > MAX_OUTCOME) return;
    const row = { id, tenant, fingerprint, outcome: text, createdAt: now };
    await this.catalog.of(IdempotencyEntity, (rows) => rows.upsert(row, ["id"]));
  }
}

function replayOf(outcome: RecordedOutcome): Replay {
  switch (outcome.kind) {
    case "result":
      return { result: outcome.result };
    case "begun":
      throw new ApiError("IDEMPOTENCY_UNKNOWN");
    case "secret":
      throw new ApiError("IDEMPOTENCY_SECRET");
    case "error": {
      const { code, message, data, ...details } = outcome.error;
      throw new ApiError(code, message, data, { "idempotency-replayed": "true" }, details);
    }
  }
}

/** The parts of an error that are recorded. */
function reported({ code, message, data, native, conflicts }: Omit<ErrorReport, "headers">) {
  return { code, message, data, ...(native && { native }), ...(conflicts && { conflicts }) };
}

/** A list holds exact JSON. What earlier releases wrote can't be shown by this one, where it holds rows. */
function readOutcome(text: string): RecordedOutcome | undefined {
  if (text.startsWith("[")) return (readExactJson(text) as [RecordedOutcome])[0];
  const outcome = JSON.parse(text) as RecordedOutcome;
  return holdsRows(outcome) ? undefined : outcome;
}

function holdsRows(outcome: RecordedOutcome): boolean {
  if (outcome.kind === "error") return "conflicts" in outcome.error.data;
  return outcome.kind === "result" && /"columnTypes":|"conflicts":|"ids":/.test(JSON.stringify(outcome.result));
}

function mismatch(): ApiError {
  return new ApiError("IDEMPOTENCY_MISMATCH");
}
