import type { DataSource } from "typeorm";
import type { Cursor } from "../model/webhook-store.js";
import type { Attempt } from "./send.js";
import type { WebhookDelivery } from "./webhook-delivery.js";

/** Newest deliveries of a webhook that are kept, beside those that still wait. */
const MOST_KEPT = 10_000;
/** Deliveries between two times of removing the oldest. */
const CLEAR_EVERY = 200;

/** What was sent, or is to be sent again. Times are in microseconds since 1970. */
export interface LoggedDelivery extends WebhookDelivery {
  readonly body: string;
  /** Where the webhook stands with the branch once this is delivered; null for what is sent out of turn. */
  readonly cursor: Cursor | null;
}

/** A delivery that has been tried once. */
export interface NewDelivery {
  readonly webhook: string;
  readonly purpose: WebhookDelivery["purpose"];
  readonly branch: string | null;
  readonly eventId: string;
  readonly event: string;
  readonly body: string;
  readonly cursor: Cursor | null;
}

export interface DeliveryFilter {
  readonly status?: WebhookDelivery["status"];
  /** Id of a branch. */
  readonly branch?: string;
  readonly event?: string;
}

type Row = Omit<LoggedDelivery, "cursor"> & {
  readonly seq: number | null;
  readonly scn: number | null;
  readonly part: number | null;
};

const COLUMNS =
  "number, webhook, purpose, branch, event_id AS eventId, event, body, seq, scn, part, status, attempts, " +
  "response_status AS responseStatus, error, created_at AS createdAt, failing_since AS failingSince, " +
  "attempted_at AS attemptedAt, next_attempt_at AS nextAttemptAt";

/** The deliveries of webhooks in the catalog: those that are done, and those that wait for another attempt. */
export class DeliveryLog {
  private sinceCleared = 0;

  constructor(private readonly catalog: DataSource) {}

  /** Writes down the first attempt at a delivery; `nextAt` is null where there is to be no other. */
  async add(delivery: NewDelivery, attempt: Attempt, at: number, nextAt: number | null): Promise<LoggedDelivery> {
    const { webhook, purpose, branch, eventId, event, body, cursor } = delivery;
    const status = statusAfter(attempt, nextAt);
    const failingSince = attempt.error === null ? null : at;
    const [row] = await this.catalog.query<Row[]>(
      "INSERT INTO webhook_deliveries (webhook, purpose, branch, event_id, event, body, seq, scn, part, status, attempts, " +
        "response_status, error, created_at, failing_since, attempted_at, next_attempt_at) " +
        `VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?) RETURNING ${COLUMNS}`,
      [
        ...[webhook, purpose, branch, eventId, event, body, cursor?.seq, cursor?.scn, cursor?.part, status],
        ...[attempt.responseStatus, attempt.error, at, failingSince, at, nextAt],
      ].map((value) => value ?? null),
    );
    if (++this.sinceCleared >= CLEAR_EVERY) {
      this.sinceCleared = 0;
      await this.clear(webhook);
    }
    return deliveryOf(row!);
  }

  /** Writes down another attempt. */
  async update(number: number, attempt: Attempt, at: number, nextAt: number | null): Promise<void> {
    await this.catalog.query(
      "UPDATE webhook_deliveries SET status = ?, attempts = attempts + 1, response_status = ?, error = ?, " +
        "attempted_at = ?, next_attempt_at = ? WHERE number = ?",
      [statusAfter(attempt, nextAt), attempt.responseStatus, attempt.error, at, nextAt, number],
    );
  }

  async find(webhook: string, number: number): Promise<LoggedDelivery | null> {
    const sql = `SELECT ${COLUMNS} FROM webhook_deliveries WHERE webhook = ? AND number = ?`;
    const [row] = await this.catalog.query<Row[]>(sql, [webhook, number]);
    return row ? deliveryOf(row) : null;
  }

  /** Newest first: at most `limit` deliveries with a number below `before`. */
  async page(
    webhook: string,
    filter: DeliveryFilter,
    limit: number,
    before: number | null,
  ): Promise<readonly LoggedDelivery[]> {
    const conditions: [string, unknown][] = [["webhook = ?", webhook]];
    for (const name of ["status", "branch", "event"] as const) {
      if (filter[name] !== undefined) conditions.push([`${name} = ?`, filter[name]]);
    }
    if (before !== null) conditions.push(["number < ?", before]);
    const where = conditions.map(([condition]) => condition).join(" AND ");
    const rows = await this.catalog.query<Row[]>(
      `SELECT ${COLUMNS} FROM webhook_deliveries WHERE ${where} ORDER BY number DESC LIMIT ${limit}`,
      conditions.map(([, value]) => value),
    );
    return rows.map(deliveryOf);
  }

  /** The deliveries of a webhook that wait for another attempt, by branch: one of each at most. */
  async waiting(webhook: string): Promise<readonly { branch: string; number: number; nextAt: number }[]> {
    return this.catalog.query(
      "SELECT branch, number, next_attempt_at AS nextAt FROM webhook_deliveries WHERE webhook = ? AND status = 'waiting'",
      [webhook],
    );
  }

  async countWaiting(webhook: string): Promise<number> {
    const [row] = await this.catalog.query<{ n: number }[]>(
      "SELECT count(*) AS n FROM webhook_deliveries WHERE webhook = ? AND status = 'waiting'",
      [webhook],
    );
    return row!.n;
  }

  /** Has what waits tried at once, with all its time before it. */
  async renewWaiting(webhook: string, at: number): Promise<void> {
    await this.catalog.query(
      "UPDATE webhook_deliveries SET next_attempt_at = ?, failing_since = ? WHERE webhook = ? AND status = 'waiting'",
      [at, at, webhook],
    );
  }

  /** Gives up what waits: it will be read again from where it came from. */
  async dropWaiting(webhook: string): Promise<void> {
    await this.catalog.query(
      "UPDATE webhook_deliveries SET status = 'failed', next_attempt_at = NULL WHERE webhook = ? AND status = 'waiting'",
      [webhook],
    );
  }

  private async clear(webhook: string): Promise<void> {
    await this.catalog.query(
      "DELETE FROM webhook_deliveries WHERE webhook = ? AND status <> 'waiting' AND number <= " +
        `(SELECT number FROM webhook_deliveries WHERE webhook = ? ORDER BY number DESC LIMIT 1 OFFSET ${MOST_KEPT})`,
      [webhook, webhook],
    );
  }
}

function statusAfter({ error }: Attempt, nextAt: number | null): WebhookDelivery["status"] {
  if (error === null) return "delivered";
  return nextAt === null ? "failed" : "waiting";
}

function deliveryOf({ seq, scn, part, ...rest }: Row): LoggedDelivery {
  return { ...rest, cursor: seq === null || scn === null || part === null ? null : { seq, scn, part } };
}
