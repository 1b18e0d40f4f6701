import type { Logger } from "pino";
import { And, type FindOptionsWhere, IsNull, LessThan, LessThanOrEqual, MoreThan, MoreThanOrEqual, Not } from "typeorm";
import { AuditEntryEntity } from "../catalog/audit-entry.entity.js";
import type { Catalog } from "../catalog/catalog.js";
import type { AuditEntry, NewAuditEntry } from "./audit-entry.js";

/** How long an entry may wait for others before all are written. */
const DELAY_MS = 100;
/** A batch of this size is written at once. */
const BATCH = 500;
/** Maximum number of entries in memory while the disk fails. Beyond this, the oldest are lost, which is logged. */
const MAX_WAITING = 20_000;
const DAY_MICROS = 86_400e6;
/** Number of batches between two removals of old entries. */
const CLEAR_EVERY = 1_000;
/**
 * Maximum number of entries removed at a time, so that no batch waits long; the others are removed with the next
 * batches.
 */
const CLEAR_AT_ONCE = 5_000;
const CLEAR =
  "DELETE FROM audit_log WHERE id IN " +
  `(SELECT id FROM audit_log WHERE at < (SELECT at FROM audit_begin) ORDER BY at LIMIT ${CLEAR_AT_ONCE}) RETURNING id`;

export interface AuditFilter {
  readonly tenant: string;
  /** Microseconds since 1970, both inclusive. */
  readonly from?: number;
  readonly until?: number;
  readonly userId?: string;
  readonly keyId?: string;
  readonly operation?: string;
  readonly branch?: string;
  readonly outcome?: "done" | "refused";
  readonly traceId?: string;
  readonly requestId?: string;
}

/**
 * A batch as one statement with one parameter: TypeORM, which binds each value separately, took three times as long.
 */
const COLUMNS: { readonly [F in keyof NewAuditEntry]: string } = {
  at: "at",
  tenant: "tenant",
  userId: "user_id",
  keyId: "key_id",
  clientId: "client_id",
  method: "method",
  address: "address",
  operation: "operation",
  branch: "branch",
  object: "object",
  scn: "scn",
  status: "status",
  code: "code",
  replayed: "replayed",
  requestId: "request_id",
  traceId: "trace_id",
};
const FIELDS = Object.keys(COLUMNS) as (keyof NewAuditEntry)[];
const INSERT =
  `INSERT INTO audit_log (${FIELDS.map((field) => COLUMNS[field]).join(", ")}) ` +
  `SELECT ${FIELDS.map((field) => `value ->> '${field}'`).join(", ")} FROM json_each(?)`;
/** Records who did what, when, from where and with which outcome. Entries are written in batches, and never changed. */
export class AuditLog {
  private waiting: NewAuditEntry[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private sinceCleared = CLEAR_EVERY;

  constructor(
    private readonly catalog: Catalog,
    private readonly log: Logger,
    /** Days after which entries are removed; null keeps them. */
    private readonly keptDays: number | null,
  ) {}

  /** With `now`, the entry does not wait for others. */
  add(entry: NewAuditEntry, now: boolean): void {
    this.waiting.push(entry);
    if (now || this.waiting.length >= BATCH) void this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), DELAY_MS).unref();
  }

  /** Resolves when every earlier entry has been written, or could not be. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  /** Newest first: at most `limit` entries with ids below `before`. */
  newest(filter: AuditFilter, limit: number, before: number | null): Promise<readonly AuditEntry[]> {
    return this.read({ ...whereOf(filter), ...(before !== null && { id: LessThan(before) }) }, "DESC", limit);
  }

  /** Oldest first: at most `limit` entries with ids above `after`. */
  oldest(filter: AuditFilter, limit: number, after: number): Promise<readonly AuditEntry[]> {
    return this.read({ ...whereOf(filter), id: MoreThan(after) }, "ASC", limit);
  }

  private async read(
    where: FindOptionsWhere<AuditEntryEntity>,
    order: "ASC" | "DESC",
    take: number,
  ): Promise<readonly AuditEntry[]> {
    await this.flush();
    return this.catalog.of(AuditEntryEntity, (rows) => rows.find({ where, order: { id: order }, take }));
  }

  private async write(): Promise<void> {
    const batch = this.waiting;
    if (batch.length === 0) return;
    this.waiting = [];
    try {
      await this.catalog.query(INSERT, [JSON.stringify(batch)]);
    } catch (error) {
      this.waiting = [...batch, ...this.waiting];
      const lost = Math.max(0, this.waiting.length - MAX_WAITING);
      this.waiting.splice(0, lost);
      this.log.error({ err: error, waiting: this.waiting.length, lost }, "audit entries could not be written");
      return;
    }
    if (++this.sinceCleared > CLEAR_EVERY) await this.clear();
  }

  private async clear(): Promise<void> {
    this.sinceCleared = 0;
    if (this.keptDays === null) return;
    try {
      await this.catalog.query("UPDATE audit_begin SET at = ?", [Date.now() * 1000 - this.keptDays * DAY_MICROS]);
      const removed: readonly unknown[] = await this.catalog.query(CLEAR);
      if (removed.length === CLEAR_AT_ONCE) this.sinceCleared = CLEAR_EVERY;
    } catch (error) {
      this.log.error({ err: error }, "expired audit entries could not be removed");
    }
  }
}

function whereOf(filter: AuditFilter): FindOptionsWhere<AuditEntryEntity> {
  const { from = 0, until = Number.MAX_SAFE_INTEGER, outcome, ...same } = filter;
  const given = Object.fromEntries(Object.entries(same).filter(([, value]) => value !== undefined));
  return {
    ...given,
    at: And(MoreThanOrEqual(from), LessThanOrEqual(until)),
    ...(outcome !== undefined && { code: outcome === "done" ? IsNull() : Not(IsNull()) }),
  };
}
