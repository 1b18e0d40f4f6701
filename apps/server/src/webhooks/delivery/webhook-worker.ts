import type { ChangedBranches } from "@heliosdb/port";
import type { Cursor, Webhook } from "../model/webhook-store.js";
import { DeliveryQueue, type QueueOwner } from "./delivery-queue.js";
import type { Attempt, Sender } from "./send.js";
import { signedHeaders } from "./signature.js";
import { Slots } from "./slots.js";
import type { WorkerParts } from "./worker-parts.js";

const SAVE_EVERY_MS = 2_000;
/** Maximum number of requests to one webhook at a time, each for another branch. */
const MOST_AT_ONCE = 4;

/** Runs an enabled webhook. */
export class WebhookWorker implements QueueOwner {
  stopped = false;
  /** Its position on branches on which it has recently skipped unwanted events. */
  readonly skippedTo = new Map<string, Cursor>();
  private saving: NodeJS.Timeout | undefined;
  private readonly queues = new Map<string, DeliveryQueue>();
  private readonly own = new Slots(MOST_AT_ONCE);
  private readonly abort = new AbortController();

  constructor(
    /** Replaced when a setting changes that does not affect requests in progress. */
    public webhook: Webhook,
    readonly parts: WorkerParts,
  ) {}

  /** Resumes the deliveries that waited for a retry when the server ended. */
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

  /** Wakes the queues of branches with unprocessed changes. */
  async catchUp({ branches }: ChangedBranches): Promise<void> {
    const { base, id } = this.webhook;
    const cursors = await this.parts.store.cursors(id);
    for (const { id: branch, newest } of branches) {
      const { seq, scn } = cursors.get(branch) ?? base;
      if (newest.seq > seq || newest.scn > scn) this.wake(branch);
    }
  }

  /** Ends requests at once if `graceMs` is 0; otherwise they have this long. */
  async stop(graceMs = 0): Promise<void> {
    this.stopped = true;
    const timer = setTimeout(() => this.abort.abort(), graceMs);
    const queues = [...this.queues.values()];
    for (const queue of queues) queue.stop();
    await Promise.allSettled(queues.map(({ done }) => done));
    clearTimeout(timer);
    await this.save();
  }

  /**
   * Nothing up to here was wanted. The position is saved only now and then: skipping the same events again costs
   * little.
   */
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
        // A delivery on the branch may have saved a newer position meanwhile.
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

  /** Requests in progress were aborted, so their failure says nothing about the receiver. */
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

/** Signs with the secret, and with the previous one while that is still valid. */
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
