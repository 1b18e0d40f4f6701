import type { ChangePosition } from "@heliosdb/port";
import { eventsOf, type WebhookEvent } from "../model/event.js";
import { filterFor, wants } from "../model/filter.js";
import type { Cursor, Webhook } from "../model/webhook-store.js";
import type { NewDelivery } from "./delivery-log.js";
import { pauseMs } from "./retry.js";
import type { Attempt } from "./send.js";
import type { WorkerParts } from "./worker-parts.js";

/** Number of changes read at a time, and of events sent before other queues have their turn. */
const PAGE = 20;
const MOST_IN_TURN = 50;
/** Pause after the database or the catalog could not be read. */
const TROUBLE_PAUSE_MS = 5_000;
/** With this status, the receiver says that it is gone permanently. */
const GONE = 410;

/** A delivery that waits for another attempt. */
export interface PendingRetry {
  /** Its number in the delivery log. */
  readonly number: number;
  /** Microseconds since 1970. */
  readonly nextAt: number;
}

/** The worker's interface for a queue. */
export interface QueueOwner {
  readonly webhook: Webhook;
  readonly parts: Pick<WorkerParts, "store" | "changes" | "deliveries" | "settings">;
  readonly stopped: boolean;
  /** Requests in progress were aborted, so their failure says nothing about the receiver. */
  readonly isAborted: boolean;
  /** By branch: the position up to which unwanted events were skipped, if it is not saved yet. */
  readonly skippedTo: Map<string, Cursor>;
  /** Waits for a free slot; resolves to the function that releases it. */
  slot(): Promise<() => void>;
  send(eventId: string, body: string): Promise<Attempt>;
  skipTo(branch: string, cursor: Cursor): void;
  disable(reason: string): Promise<void>;
  queueEnded(branch: string, queue: DeliveryQueue): void;
  logTrouble(branch: string, error: unknown): void;
  /** Retention may have removed changes after this cursor that were never sent. */
  warnOfGap(branch: string, after: Cursor): void;
}

/**
 * The events of one branch for one webhook, in order: the next is sent when the previous one has been accepted. A queue
 * exists while there is something to send or to retry.
 */
export class DeliveryQueue {
  /** Settled while nothing is in progress. */
  done: Promise<void> = Promise.resolve();
  private running = false;
  /** The branch may have changed since this turn began. */
  private isStale = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly worker: QueueOwner,
    private readonly branch: string,
    private waiting: PendingRetry | null = null,
  ) {
    if (waiting) this.sleep(waiting.nextAt / 1000 - Date.now());
  }

  /** There may be something to send. A queue that waits for a retry keeps waiting. */
  wake(): void {
    if (this.running) this.isStale = true;
    else if (this.timer === undefined) this.run();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private run(): void {
    this.running = true;
    this.done = this.drain().finally(() => {
      this.running = false;
      if (this.timer !== undefined) return;
      if (this.isStale && !this.worker.stopped) this.run();
      else this.worker.queueEnded(this.branch, this);
    });
  }

  private sleep(ms: number): void {
    if (this.worker.stopped) return;
    const wake = () => {
      this.timer = undefined;
      this.run();
    };
    this.timer = setTimeout(wake, Math.max(0, ms)).unref();
  }

  private async drain(): Promise<void> {
    try {
      this.isStale = false;
      for (let more = true; more && !this.worker.stopped; ) {
        const giveBack = await this.worker.slot();
        try {
          more = !this.worker.stopped && (await this.sendSome());
        } finally {
          giveBack();
        }
      }
    } catch (error) {
      this.worker.logTrouble(this.branch, error);
      this.sleep(TROUBLE_PAUSE_MS);
    }
  }

  /** Sends some events. Resolves to whether to continue at once. */
  private async sendSome(): Promise<boolean> {
    if (this.waiting && !(await this.retry(this.waiting))) return false;
    const { store, changes } = this.worker.parts;
    const { id, base, filters } = this.worker.webhook;
    const passed = this.worker.skippedTo.get(this.branch);
    let cursor: Cursor = passed ?? (await store.cursor(id, this.branch)) ?? { ...base, part: 0 };
    const page = await changes.changesOf({ branch: this.branch, after: cursor, limit: PAGE });
    if (page.truncated) this.worker.warnOfGap(this.branch, cursor);
    let isSaved = true;
    let sent = 0;
    for (const change of page.changes) {
      const events = eventsOf(change);
      const filter = filterFor(filters, change);
      for (let i = cursor.part; i < events.length; i++) {
        const next = i + 1 < events.length ? { ...cursor, part: i + 1 } : cursorAfter(change.position);
        const isWanted = wants(filter, events[i]!);
        if (isWanted) {
          if (this.worker.stopped || sent++ === MOST_IN_TURN) {
            if (!isSaved) this.worker.skipTo(this.branch, cursor);
            return !this.worker.stopped;
          }
          if (!(await this.deliver(events[i]!, next))) return false;
        }
        isSaved = isWanted;
        cursor = next;
      }
      if (cursor.seq !== change.position.seq || cursor.scn !== change.position.scn) {
        cursor = cursorAfter(change.position);
        isSaved = false;
      }
    }
    if (cursor.seq !== page.position.seq) {
      cursor = cursorAfter(page.position);
      isSaved = false;
    }
    if (!isSaved) this.worker.skipTo(this.branch, cursor);
    return page.more;
  }

  /** Resolves to whether the receiver accepted it. */
  private async deliver({ id: eventId, event, body }: WebhookEvent, cursor: Cursor): Promise<boolean> {
    const attempt = await this.worker.send(eventId, body);
    if (attempt.error !== null && this.worker.isAborted) return false;
    const webhook = this.worker.webhook.id;
    const delivery: NewDelivery = { webhook, purpose: "event", branch: this.branch, eventId, event, body, cursor };
    const at = Date.now() * 1000;
    const nextAt = this.nextAt(attempt, 1, at);
    const { number } = await this.worker.parts.deliveries.add(delivery, attempt, at, nextAt);
    this.worker.skippedTo.delete(this.branch);
    if (nextAt === null) return true;
    await this.failed(attempt, { number, nextAt }, eventId, null);
    return false;
  }

  /** Retries the waiting delivery if it is due. Resolves to whether it was accepted. */
  private async retry(waiting: PendingRetry): Promise<boolean> {
    const { deliveries } = this.worker.parts;
    const { id } = this.worker.webhook;
    const left = waiting.nextAt / 1000 - Date.now();
    if (left > 0) {
      this.sleep(left);
      return false;
    }
    const logged = await deliveries.find(id, waiting.number);
    if (logged?.status !== "waiting") {
      this.waiting = null;
      return true;
    }
    const attempt = await this.worker.send(logged.eventId, logged.body);
    if (attempt.error !== null && this.worker.isAborted) return false;
    const at = Date.now() * 1000;
    const nextAt = this.nextAt(attempt, logged.attempts + 1, at);
    await deliveries.update(waiting.number, attempt, at, nextAt);
    if (nextAt === null) {
      this.waiting = null;
      return true;
    }
    await this.failed(attempt, { number: waiting.number, nextAt }, logged.eventId, logged.failingSince);
    return false;
  }

  private nextAt(attempt: Attempt, attempts: number, at: number): number | null {
    if (attempt.error === null) return null;
    return at + pauseMs(attempts, this.worker.parts.settings.retryMs) * 1000;
  }

  private async failed(attempt: Attempt, waiting: PendingRetry, eventId: string, since: number | null): Promise<void> {
    this.waiting = waiting;
    if (this.worker.stopped) return;
    const failedMs = since === null ? 0 : Date.now() - since / 1000;
    if (attempt.responseStatus === GONE) await this.worker.disable("the receiver responded with 410 Gone");
    else if (failedMs >= this.worker.parts.settings.giveUpMs) {
      const began = new Date(since! / 1000).toISOString();
      await this.worker.disable(`${eventId} has failed at each attempt since ${began}: ${attempt.error}`);
    } else this.sleep(waiting.nextAt / 1000 - Date.now());
  }
}

function cursorAfter(position: ChangePosition): Cursor {
  return { seq: position.seq, scn: position.scn, part: 0 };
}
