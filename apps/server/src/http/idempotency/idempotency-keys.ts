import { readExactJson, writeExactJson } from "@heliosdb/port";
import type { Logger } from "pino";
import { LessThanOrEqual } from "typeorm";
import type { Catalog } from "../../catalog/catalog.js";
import { IdempotencyEntity } from "../../catalog/idempotency.entity.js";
import { ApiError, type ErrorReport } from "../../errors/api-error.js";
import { sha256 } from "../../util/ids.js";
import { nowSeconds } from "../../util/time.js";
import type { HttpRequest } from "../context/http-request.js";
import { requestIds } from "../logging/request-ids.js";
import type { Operation } from "../surface/operation.js";
import { isPassing, isRepeatable, type RecordedOutcome } from "./attempt.js";
import { fingerprintOf } from "./fingerprint.js";
import { idempotencyKey } from "./idempotency-header.js";

/** How long the outcome of a request is kept. */
const KEPT_SECONDS = 86_400;
/** A longer outcome is left to the record that the database itself keeps of the request. */
const MAX_OUTCOME = 10_485_760;
/** Outcomes recorded between two times of clearing away old ones. */
const CLEAR_EVERY = 1_000;

/** A response that was given before. */
export interface Replay {
  readonly result: unknown;
}

/** Makes requests with an Idempotency-Key take effect once, however often they are sent. */
export class IdempotencyKeys {
  /** Fingerprints of the requests under way. */
  private readonly running = new Map<string, string>();
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
    const header = request.headers["idempotency-key"];
    if (header === undefined || !isRepeatable(operation)) return undefined;
    const key = idempotencyKey(header)!;
    const { input, caller } = request.requestContext;
    const { params, query, body } = input!;
    const id = sha256(JSON.stringify([caller!.tenant, caller!.identity.rateKey, key]));
    const fingerprint = fingerprintOf(operation.id, params, query, body);
    const running = this.running.get(id);
    if (running !== undefined) throw running === fingerprint ? new ApiError("IDEMPOTENCY_IN_PROGRESS") : mismatch();
    this.running.set(id, fingerprint);
    return this.recallOrStart(request, operation, id, fingerprint).catch((error) => {
      this.running.delete(id);
      throw error;
    });
  }

  private async recallOrStart(
    request: HttpRequest,
    operation: Operation,
    id: string,
    fingerprint: string,
  ): Promise<Replay | undefined> {
    const outcome = await this.recall(id, fingerprint);
    if (outcome !== undefined) {
      this.running.delete(id);
      return replayOf(outcome);
    }
    await this.start(request, operation, id, fingerprint);
    return undefined;
  }

  private async recall(id: string, fingerprint: string): Promise<RecordedOutcome | undefined> {
    const row = await this.catalog.of(IdempotencyEntity, (rows) => rows.findOneBy({ id }));
    if (!row || row.createdAt <= nowSeconds() - KEPT_SECONDS) return undefined;
    if (row.fingerprint !== fingerprint) throw mismatch();
    return readOutcome(row.outcome);
  }

  private async start(request: HttpRequest, operation: Operation, id: string, fingerprint: string): Promise<void> {
    const { requestContext: context } = request;
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
      succeed: (result) => end(operation.holdsSecret ? { kind: "secret" } : { kind: "result", result }),
      fail: (report) => end(isPassing(report) ? null : { kind: "error", error: reported(report) }),
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
