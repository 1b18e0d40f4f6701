import type { ChangedBranches } from "@heliosdb/port";
import type { Cursor, Webhook } from "../model/webhook-store.js";
import { DeliveryQueue, type QueueOwner } from "./delivery-queue.js";
import type { Attempt, Sender } from "./send.js";
import { signedHeaders } from "./signature.js";
import { Slots } from "./slots.js";
import type { WorkerParts } from "./worker-parts.js";

const SAVE_EVERY_MS = 2_000;
/** Requests to one webhook at a time, each about another branch. */
const MOST_AT_ONCE = 4;

/** An enabled webhook at work. */
export class WebhookWorker implements QueueOwner {
  stopped = false;
  /** Where it stands with branches of which it has lately skipped events that it does not want. */
  readonly skippedTo = new Map<string, Cursor>();
  private saving: NodeJS.Timeout | undefined;
  private readonly queues = new Map<string, DeliveryQueue>();
  private readonly own = new Slots(MOST_AT_ONCE);
  private readonly abort = new AbortController();

  constructor(
    /** Replaced when something is set that does not disturb what is under way. */
    public webhook: Webhook,
    readonly parts: WorkerParts,
  ) {}

  /** Takes up what waited for another attempt when the server ended. */
  async start(): Promise<void> {
    for (const { branch, ...waiting } of await this.parts.deliveries.waiting(this.webhook.id)) {
      if (!this.stopped && !this.queues.has(branch)) this.queues.set(branch, new DeliveryQueue(this, branch, waiting));
    }
  }

  /** The branch may have changed. */
  wake(branch: string): void {
    if (this.stopped) return;
    let queue = this.queues.get(branch);
    if (!queue) {
      queue = new DeliveryQueue(this, branch);
      this.queues.set(branch, queue);
    }
    queue.wake();
  }

  /** Wakes the queues of those branches of which not everything has been dealt with. */
  async catchUp({ branches }: ChangedBranches): Promise<void> {
    const { base, id } = this.webhook;
    const cursors = await this.parts.store.cursors(id);
    for (const { id: branch, newest } of branches) {
      const { seq, scn } = cursors.get(branch) ?? base;
      if (newest.seq > seq || newest.scn > scn) this.wake(branch);
    }
  }

  /** Ends at once where `graceMs` is 0; else what is under way has so long. */
  async stop(graceMs = 0): Promise<void> {
    this.stopped = true;
    const timer = setTimeout(() => this.abort.abort(), graceMs);
    const queues = [...this.queues.values()];
    for (const queue of queues) queue.stop();
    await Promise.allSettled(queues.map(({ done }) => done));
    clearTimeout(timer);
    await this.save();
  }

  /** Nothing up to here was wanted. That is written down now and then: to pass over it once more costs little. */
  skipTo(branch: string, cursor: Cursor): void {
    this.skippedTo.set(branch, cursor);
    this.saving ??= setTimeout(() => void this.save(), SAVE_EVERY_MS).unref();
  }

  private async save(): Promise<void> {
    clearTimeout(this.saving);
    this.saving = undefined;
    const { store } = this.parts;
    try {
      for (const [branch, cursor] of [...this.skippedTo]) {
        // Meanwhile something may have been delivered there, which knows better.
        if (this.skippedTo.get(branch) !== cursor) continue;
        await store.moveCursor(this.webhook.id, branch, cursor);
        if (this.skippedTo.get(branch) === cursor) this.skippedTo.delete(branch);
      }
    } catch (error) {
      this.parts.log.error({ err: error, webhook: this.webhook.id }, "the position of a webhook was not saved");
      if (!this.stopped) this.saving ??= setTimeout(() => void this.save(), SAVE_EVERY_MS).unref();
    }
  }

  async slot(): Promise<() => void> {
    const own = await this.own.take();
    const common = await this.parts.slots.take();
    return () => {
      common();
      own();
    };
  }

  send(eventId: string, body: string): Promise<Attempt> {
    return sendSigned(this.parts.sender, this.webhook, eventId, body, this.abort.signal);
  }

  /** Requests under way were broken off: that they failed says nothing of the receiver. */
  get isAborted(): boolean {
    return this.abort.signal.aborted;
  }

  async disable(reason: string): Promise<void> {
    await this.parts.disable(this.webhook.id, reason);
  }

  queueEnded(branch: string, queue: DeliveryQueue): void {
    if (this.queues.get(branch) === queue) this.queues.delete(branch);
  }

  logTrouble(branch: string, error: unknown): void {
    if (!this.stopped) this.parts.log.error({ err: error, webhook: this.webhook.id, branch }, "webhook is behind");
  }

  warnOfGap(branch: string, { scn }: Cursor): void {
    const where = { webhook: this.webhook.id, branch, after_scn: scn };
    this.parts.log.warn(where, "retention may have removed commits that this webhook was not sent");
  }
}

/** Signs with the secret, and with the one before while that still holds. */
export function sendSigned(
  sender: Sender,
  { url, secret, oldSecret, oldSecretUntil }: Webhook,
  eventId: string,
  body: string,
  stop: AbortSignal,
): Promise<Attempt> {
  const now = Date.now();
  const secrets = oldSecret !== null && now * 1000 < (oldSecretUntil ?? 0) ? [secret, oldSecret] : [secret];
  return sender.send(url, signedHeaders(secrets, eventId, body, Math.floor(now / 1000)), body, stop);
}
