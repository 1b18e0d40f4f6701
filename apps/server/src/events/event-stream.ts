import { Readable } from "node:stream";
import type { Identity } from "../auth/identity.js";
import { ApiError, reportOf } from "../errors/api-error.js";
import { ERRORS } from "../errors/error-table.js";
import { nowSeconds } from "../util/time.js";
import type { EventReader, StreamedEvent } from "./event-reader.js";

export interface EventStreamParts {
  readonly reader: EventReader;
  /** Calls back once, when something has happened; the returned function ends the wait. */
  onNext(callback: () => void): () => void;
  /** Who the stream's credentials stand for now; null where they don't hold any more. */
  authenticate(): Identity | null | Promise<Identity | null>;
  /** Sets what the stream may show from now on. Throws ApiError where it may show nothing. */
  limit(identity: Identity): void;
  isClosing(): boolean;
  onFailure(error: unknown): void;
}

/** Bytes that wait for the client. */
export const BUFFER = 256 * 1024;
/** A connection on which nothing is sent for so long is taken for dead by many proxies. */
const HEARTBEAT_MS = 15_000;
/** A client that takes nothing of a full buffer for so long is told to come back. */
export const SLOW_MS = 30_000;
const LOOK_EVERY_MS = 1_000;
/** How long a browser waits before it comes back. */
const RETRY_MS = 2_000;

/**
 * The body of a stream of server-sent events. Nothing is read of the database while the client has enough to read. It ends
 * with a last event that says why, unless the client went away.
 */
export class EventStream extends Readable {
  private running = false;
  private ending = false;
  private isWaiting = false;
  /** Whether the credentials have to be looked at again. */
  private isStale = false;
  private sentAt = performance.now();
  private fullSince: number | null = null;
  private endWait: (() => void) | null = null;
  private readonly watch: NodeJS.Timeout;

  constructor(
    private identity: Identity,
    private readonly parts: EventStreamParts,
    private readonly times = { heartbeatMs: HEARTBEAT_MS, slowMs: SLOW_MS, lookEveryMs: LOOK_EVERY_MS },
  ) {
    super({ highWaterMark: BUFFER });
    // Without an id, a client that gets no event would begin anew.
    this.send(`retry: ${RETRY_MS}\nid: ${parts.reader.id}\n\n`);
    this.watch = setInterval(() => this.look(), times.lookEveryMs).unref();
  }

  /** The credentials may not hold any more: nothing is sent before they have been looked at. */
  recheck(): void {
    this.isStale = true;
    this.wake();
  }

  override _read(): void {
    this.fullSince = null;
    this.run();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearInterval(this.watch);
    this.endWait?.();
    done(error);
  }

  private wake(): void {
    if (!this.isWaiting) return;
    this.endWait?.();
    this.endWait = null;
    this.isWaiting = false;
    this.run();
  }

  private run(): void {
    if (this.running || this.isWaiting || this.destroyed || this.ending || this.fullSince !== null) return;
    this.running = true;
    this.step()
      .catch((error) => this.finish(error))
      .finally(() => {
        this.running = false;
        // Steps of what is known already wait for nothing: other requests have their turn between them.
        setImmediate(() => this.run());
      });
  }

  private async step(): Promise<void> {
    await this.check();
    // The wait begins before the look, so that nothing is missed in between.
    let isOver = false;
    const end = this.parts.onNext(() => {
      isOver = true;
      this.wake();
    });
    const events = await this.parts.reader.next();
    if (events !== null || isOver) {
      end();
      if (events === null) return;
      // What was read may take longer than a key lives.
      await this.check();
      for (const event of events) this.send(textOf(event));
      this.beat();
      return;
    }
    this.endWait = end;
    this.isWaiting = !this.isStale;
    if (this.isStale) end();
  }

  private get isExpired(): boolean {
    const { expiresAt, session } = this.identity;
    return (expiresAt !== null && nowSeconds() >= expiresAt) || session?.isLive === false;
  }

  private async check(): Promise<void> {
    if (this.parts.isClosing()) throw new ApiError("SHUTTING_DOWN");
    // They may change again while they are looked at.
    while (this.isStale || this.isExpired) {
      this.isStale = false;
      const identity = await this.parts.authenticate();
      if (!identity) throw new ApiError("UNAUTHORIZED");
      this.parts.limit(identity);
      this.identity = identity;
    }
  }

  private send(text: string): void {
    if (this.ending || this.destroyed) return;
    this.sentAt = performance.now();
    if (!this.push(text)) this.fullSince ??= performance.now();
  }

  /** Says why the stream ends, and ends it. The client goes on from the last id that it got. */
  private finish(error: unknown): void {
    if (this.ending || this.destroyed) return;
    const report = reportOf(error);
    if (report === null) this.parts.onFailure(error);
    const { code, message } = report ?? { code: "INTERNAL_ERROR", message: ERRORS.INTERNAL_ERROR.message };
    this.push(`event: stream.end\ndata: ${JSON.stringify({ code, message })}\n\n`);
    this.ending = true;
    this.fullSince = performance.now();
    this.push(null);
  }

  private look(): void {
    const now = performance.now();
    const isSlow = this.fullSince !== null && now - this.fullSince > this.times.slowMs;
    if (this.ending) {
      if (isSlow) this.destroy(new Error("the client doesn't read"));
      return;
    }
    if (isSlow) this.finish(new ApiError("OVERLOADED", "The events were read too slowly. Go on from the last id."));
    else if (this.parts.isClosing() && !this.running) this.finish(new ApiError("SHUTTING_DOWN"));
    else if (this.isExpired) this.wake();
    else if (this.isWaiting) this.beat();
  }

  /** Only while everything that was read has been sent: the id stands for all of it. */
  private beat(): void {
    if (this.fullSince !== null || performance.now() - this.sentAt < this.times.heartbeatMs) return;
    this.send(`id: ${this.parts.reader.id}\n:\n\n`);
  }
}

function textOf({ id, event, body }: StreamedEvent): string {
  return `id: ${id}\nevent: ${event}\ndata: ${body}\n\n`;
}
