import { LessThan, LessThanOrEqual, Not, type Repository } from "typeorm";
import type { Catalog } from "../../catalog/catalog.js";
import { WebhookDeliveryEntity } from "../../catalog/webhook-delivery.entity.js";
import type { Cursor } from "../model/webhook-store.js";
import type { Attempt } from "./send.js";
import type { WebhookDelivery } from "./webhook-delivery.js";

/** Number of newest deliveries kept for a webhook, in addition to those that still wait. */
const MOST_KEPT = 10_000;
/** Deliveries between two removals of the oldest. */
const CLEAR_EVERY = 200;

/** Deliveries, done or waiting for a retry. Times are in microseconds since 1970. */
export interface LoggedDelivery extends WebhookDelivery {
  readonly body: string;
  /** The webhook's position on the branch after this delivery; null for one out of order. */
  readonly cursor: Cursor | null;
}

/** A delivery that has been attempted once. */
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

/** The deliveries of webhooks in the catalog: those that are done, and those that wait for another attempt. */
export class DeliveryLog {
  private sinceCleared = 0;

  constructor(private readonly catalog: Catalog) {}

  /** Records the first attempt of a delivery; `nextAt` is null if there will be no other. */
  async add(delivery: NewDelivery, attempt: Attempt, at: number, nextAt: number | null): Promise<LoggedDelivery> {
    const { cursor, ...same } = delivery;
    const row = {
      ...same,
      ...{ seq: cursor?.seq ?? null, scn: cursor?.scn ?? null, part: cursor?.part ?? null },
      ...{ status: statusAfter(attempt, nextAt), attempts: 1, ...attempt },
      ...{ createdAt: at, failingSince: attempt.error === null ? null : at, attemptedAt: at, nextAttemptAt: nextAt },
    };
    const added = await this.deliveries((rows) => rows.insert(row));
    if (++this.sinceCleared >= CLEAR_EVERY) {
      this.sinceCleared = 0;
      await this.clear(delivery.webhook);
    }
    return deliveryOf({ ...row, number: (added.identifiers[0] as { number: number }).number });
  }

  /** Records another attempt. */
  async update(number: number, attempt: Attempt, at: number, nextAt: number | null): Promise<void> {
    const status = statusAfter(attempt, nextAt);
    const change = { status, ...attempt, attempts: () => "attempts + 1", attemptedAt: at, nextAttemptAt: nextAt };
    await this.deliveries((rows) => rows.update({ number }, change));
  }

  async find(webhook: string, number: number): Promise<LoggedDelivery | null> {
    const row = await this.deliveries((rows) => rows.findOneBy({ webhook, number }));
    return row && deliveryOf(row);
  }

  /** Newest first: at most `limit` deliveries with a number below `before`. */
  async page(
    webhook: string,
    { status, branch, event }: DeliveryFilter,
    limit: number,
    before: number | null,
  ): Promise<readonly LoggedDelivery[]> {
    const where = {
      webhook,
      ...(status !== undefined && { status }),
      ...(branch !== undefined && { branch }),
      ...(event !== undefined && { event }),
      ...(before !== null && { number: LessThan(before) }),
    };
    const found = await this.deliveries((rows) => rows.find({ where, order: { number: "DESC" }, take: limit }));
    return found.map(deliveryOf);
  }

  /** The deliveries of a webhook that wait for another attempt, by branch: at most one for each. */
  async waiting(webhook: string): Promise<readonly { branch: string; number: number; nextAt: number }[]> {
    const found = await this.deliveries((rows) => rows.findBy({ webhook, status: "waiting" }));
    return found.map(({ branch, number, nextAttemptAt }) => ({ branch: branch!, number, nextAt: nextAttemptAt! }));
  }

  countWaiting(webhook: string): Promise<number> {
    return this.deliveries((rows) => rows.countBy({ webhook, status: "waiting" }));
  }

  /** Makes waiting deliveries due at once, with their full time limit. */
  async renewWaiting(webhook: string, at: number): Promise<void> {
    const change = { nextAttemptAt: at, failingSince: at };
    await this.deliveries((rows) => rows.update({ webhook, status: "waiting" }, change));
  }

  /** Drops waiting deliveries: their events will be read again from the database. */
  async dropWaiting(webhook: string): Promise<void> {
    const change = { status: "failed" as const, nextAttemptAt: null };
    await this.deliveries((rows) => rows.update({ webhook, status: "waiting" }, change));
  }

  private async clear(webhook: string): Promise<void> {
    await this.deliveries(async (rows) => {
      const [newestOfOld] = await rows.find({
        where: { webhook },
        order: { number: "DESC" },
        skip: MOST_KEPT,
        take: 1,
      });
      if (!newestOfOld) return;
      await rows.delete({ webhook, status: Not("waiting"), number: LessThanOrEqual(newestOfOld.number) });
    });
  }

  private deliveries<T>(work: (rows: Repository<WebhookDeliveryEntity>) => Promise<T>): Promise<T> {
    return this.catalog.of(WebhookDeliveryEntity, work);
  }
}

function statusAfter({ error }: Attempt, nextAt: number | null): WebhookDelivery["status"] {
  if (error === null) return "delivered";
  return nextAt === null ? "failed" : "waiting";
}

function deliveryOf({ seq, scn, part, ...rest }: WebhookDeliveryEntity): LoggedDelivery {
  return { ...rest, cursor: seq === null || scn === null || part === null ? null : { seq, scn, part } };
}
