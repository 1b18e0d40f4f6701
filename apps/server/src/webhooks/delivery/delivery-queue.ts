import type { ChangePosition } from "@heliosdb/port";
import { eventsOf, type WebhookEvent } from "../model/event.js";
import { filterFor, wants } from "../model/filter.js";
import type { Cursor } from "../model/webhook-store.js";
import type { NewDelivery } from "./delivery-log.js";
import { pauseMs } from "./retry.js";
import type { Attempt } from "./send.js";
import type { Hook } from "./webhook-worker.js";

/** Changes that are read at once, and events that are sent before other lanes have their turn. */
const PAGE = 20;
const MOST_IN_TURN = 50;
/** After the database or the catalog could not be read. */
const TROUBLE_PAUSE_MS = 5_000;
/** The receiver says that it is gone for good. */
const GONE = 410;

/** A delivery that waits for another attempt. */
export interface Waiting {
  /** In the delivery log. */
  readonly number: number;
  /** Microseconds since 1970. */
  readonly nextAt: number;
}

/**
 * What one webhook is to hear of one branch, one event after the other: the next is sent when the one before has been
 * taken. A lane exists while there is something to send or to be tried again.
 */
export class Lane {
  /** Settled while nothing is under way. */
  done: Promise<void> = Promise.resolve();
  private running = false;
  /** The branch may have changed since this turn began. */
  private isStale = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly hook: Hook,
    private readonly branch: string,
    private waiting: Waiting | null = null,
  ) {
    if (waiting) this.sleep(waiting.nextAt / 1000 - Date.now());
  }

  /** Something may be there to send. One that waits to try again goes on doing so. */
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
    this.done = this.turns().finally(() => {
      this.running = false;
      if (this.timer !== undefined) return;
      if (this.isStale && !this.hook.stopped) this.run();
      else this.hook.ended(this.branch, this);
    });
  }

  private sleep(ms: number): void {
    if (this.hook.stopped) return;
    const wake = () => {
      this.timer = undefined;
      this.run();
    };
    this.timer = setTimeout(wake, Math.max(0, ms)).unref();
  }

  private async turns(): Promise<void> {
    try {
      this.isStale = false;
      for (let more = true; more && !this.hook.stopped; ) {
        const giveBack = await this.hook.slot();
        try {
          more = !this.hook.stopped && (await this.turn());
        } finally {
          giveBack();
        }
      }
    } catch (error) {
      this.hook.troubled(this.branch, error);
      this.sleep(TROUBLE_PAUSE_MS);
    }
  }

  /** Sends some of what there is. Resolves to whether to go on at once. */
  private async turn(): Promise<boolean> {
    if (this.waiting && !(await this.again(this.waiting))) return false;
    const { store, changes } = this.hook.parts;
    const { id, base, filters } = this.hook.webhook;
    const passed = this.hook.passed.get(this.branch);
    let cursor: Cursor = passed ?? (await store.cursor(id, this.branch)) ?? { ...base, part: 0 };
    const page = await changes.changesOf({ branch: this.branch, after: cursor, limit: PAGE });
    if (page.truncated) this.hook.missed(this.branch, cursor);
    let isSaved = true;
    let sent = 0;
    for (const change of page.changes) {
      const events = eventsOf(change);
      const filter = filterFor(filters, change);
      for (let i = cursor.part; i < events.length; i++) {
        const next = i + 1 < events.length ? { ...cursor, part: i + 1 } : behind(change.position);
        const isWanted = wants(filter, events[i]!);
        if (isWanted) {
          if (this.hook.stopped || sent++ === MOST_IN_TURN) {
            if (!isSaved) this.hook.pass(this.branch, cursor);
            return !this.hook.stopped;
          }
          if (!(await this.deliver(events[i]!, next))) return false;
        }
        isSaved = isWanted;
        cursor = next;
      }
      if (cursor.seq !== change.position.seq || cursor.scn !== change.position.scn) {
        cursor = behind(change.position);
        isSaved = false;
      }
    }
    if (cursor.seq !== page.position.seq) {
      cursor = behind(page.position);
      isSaved = false;
    }
    if (!isSaved) this.hook.pass(this.branch, cursor);
    return page.more;
  }

  /** Whether it was taken. */
  private async deliver({ id: eventId, event, body }: WebhookEvent, cursor: Cursor): Promise<boolean> {
    const attempt = await this.hook.send(eventId, body);
    if (attempt.error !== null && this.hook.isCut) return false;
    const webhook = this.hook.webhook.id;
    const delivery: NewDelivery = { webhook, purpose: "event", branch: this.branch, eventId, event, body, cursor };
    const at = Date.now() * 1000;
    const nextAt = this.nextAt(attempt, 1, at);
    const { number } = await this.hook.parts.deliveries.add(delivery, attempt, at, nextAt);
    this.hook.passed.delete(this.branch);
    if (nextAt === null) return true;
    await this.failed(attempt, { number, nextAt }, eventId, null);
    return false;
  }

  /** Tries again what waits, if its time has come. Whether it was taken. */
  private async again(waiting: Waiting): Promise<boolean> {
    const { deliveries } = this.hook.parts;
    const { id } = this.hook.webhook;
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
    const attempt = await this.hook.send(logged.eventId, logged.body);
    if (attempt.error !== null && this.hook.isCut) return false;
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
    return at + pauseMs(attempts, this.hook.parts.settings.retryMs) * 1000;
  }

  private async failed(attempt: Attempt, waiting: Waiting, eventId: string, since: number | null): Promise<void> {
    this.waiting = waiting;
    if (this.hook.stopped) return;
    const failedMs = since === null ? 0 : Date.now() - since / 1000;
    if (attempt.responseStatus === GONE) await this.hook.disable("the receiver answered 410 Gone");
    else if (failedMs >= this.hook.parts.settings.giveUpMs) {
      const began = new Date(since! / 1000).toISOString();
      await this.hook.disable(`${eventId} has failed at each attempt since ${began}: ${attempt.error}`);
    } else this.sleep(waiting.nextAt / 1000 - Date.now());
  }
}

function behind(position: ChangePosition): Cursor {
  return { seq: position.seq, scn: position.scn, part: 0 };
}
