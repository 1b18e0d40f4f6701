import type { ChangePosition, DatabaseHostPort } from "@heliosdb/port";
import type { Logger } from "pino";
import { allows } from "../access/scopes.js";
import type { Caller } from "../auth/caller.js";
import type { Generation } from "../auth/generation.js";
import type { Identity } from "../auth/identity.js";
import { lacking } from "../auth/lacking.js";
import { ApiError } from "../errors/api-error.js";
import type { WebhookEventName } from "../webhooks/model/event.js";
import { type EventPosition, readPosition } from "./event-position.js";
import { EventReader } from "./event-reader.js";
import { EventStream } from "./event-stream.js";
import { WindowFeed } from "./window-feed.js";

/** Streams of one key or user, and of all. */
export const MOST_OF_ONE = 16;
export const MOST_STREAMS = 512;

export interface FollowEvents {
  /** Default all. */
  readonly events?: readonly WebhookEventName[];
  /** Globs of branch names. Default all. */
  readonly branches?: readonly string[];
  /** The id of the last event that was read, or the SCN of the first commit that is wanted. Default: from now on. */
  readonly lastEventId?: string;
  readonly fromScn?: number;
}

export type Authenticate = () => Identity | null | Promise<Identity | null>;

interface Feed {
  readonly windows: WindowFeed;
  streams: number;
}

/** Streams of events to clients, from their beginning to their end. */
export class EventStreams {
  private readonly feeds = new Map<string, Feed>();
  private readonly open = new Set<EventStream>();
  /** By key or user. */
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly host: DatabaseHostPort,
    private readonly log: Logger,
    generation: Generation,
    private readonly isClosing: () => boolean,
  ) {
    generation.follow({
      forget: async () => {
        for (const stream of this.open) stream.recheck();
      },
    });
  }

  /** Begins a stream. Rejects with OVERLOADED if there are too many. */
  async follow({ identity, tenant }: Caller, request: FollowEvents, authenticate: Authenticate): Promise<EventStream> {
    const filter = this.filterOf(identity, request);
    const release = this.take(identity.rateKey, tenant);
    try {
      const { windows } = this.feedOf(tenant);
      const reader = new EventReader(windows, await this.startOf(tenant, windows, request), filter);
      const stream: EventStream = new EventStream(identity, {
        reader,
        onNext: (callback) => windows.onNext(callback),
        authenticate,
        limit: (now) => {
          reader.filter = this.filterOf(now, request);
        },
        isClosing: this.isClosing,
        onFailure: (err) => this.log.error({ err }, "a stream of events failed"),
      });
      this.open.add(stream);
      // The credentials may have changed since they were verified.
      stream.recheck();
      stream.once("close", () => {
        this.open.delete(stream);
        release();
      });
      return stream;
    } catch (error) {
      release();
      throw error;
    }
  }

  private async startOf(tenant: string, windows: WindowFeed, request: FollowEvents): Promise<EventPosition> {
    const { lastEventId, fromScn } = request;
    if (lastEventId !== undefined) {
      const position = readPosition(lastEventId);
      if (position === null) {
        throw new ApiError("INVALID_CURSOR", "Malformed Last-Event-ID. Send back the `id` of an event unchanged.");
      }
      return position;
    }
    const base: ChangePosition =
      fromScn === undefined ? await windows.now() : await this.host.changes(tenant).changesBefore({ scn: fromScn });
    return { base, window: null };
  }

  /** Throws FORBIDDEN for who may see nothing. */
  private filterOf({ scopes, branches: visible, tables }: Identity, { events, branches }: FollowEvents) {
    if (!allows(scopes, "read")) throw lacking("read");
    if (tables !== null) {
      throw new ApiError("FORBIDDEN", "These credentials are limited to certain tables and can't follow events.");
    }
    return { events: events ?? null, branches: branches ?? null, visible };
  }

  private take(owner: string, tenant: string): () => void {
    const count = this.counts.get(owner) ?? 0;
    let all = 0;
    for (const { streams } of this.feeds.values()) all += streams;
    if (count >= MOST_OF_ONE) throw tooMany(`${MOST_OF_ONE} streams of events for these credentials`);
    if (all >= MOST_STREAMS) throw tooMany(`${MOST_STREAMS} streams of events`);
    this.counts.set(owner, count + 1);
    const feed = this.feedOf(tenant);
    feed.streams++;
    return () => {
      const left = this.counts.get(owner)! - 1;
      if (left === 0) this.counts.delete(owner);
      else this.counts.set(owner, left);
      if (--feed.streams > 0) return;
      feed.windows.close();
      this.feeds.delete(tenant);
    };
  }

  private feedOf(tenant: string): Feed {
    let feed = this.feeds.get(tenant);
    if (!feed) {
      feed = { windows: new WindowFeed(this.host.changes(tenant)), streams: 0 };
      this.feeds.set(tenant, feed);
    }
    return feed;
  }
}

function tooMany(what: string): ApiError {
  return new ApiError("OVERLOADED", `Too many streams: ${what} are open. Close one, or try again later.`);
}
