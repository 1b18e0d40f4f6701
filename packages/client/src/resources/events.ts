import { type ServerEvent, serverEventOf } from "../results/event.js";
import type { WebhookEventName } from "../results/webhook.js";
import { bytesOf } from "../transport/bytes.js";
import { ConnectionError } from "../transport/errors.js";
import { linesOf } from "../transport/lines.js";
import type { CallOptions } from "../transport/options.js";
import { pauseFor } from "../transport/retry.js";
import { type EventMessage, messagesOf } from "../transport/server-sent-events.js";
import { MEDIA_TYPE, type Transport } from "../transport/transport.js";
import { urlOf } from "./parts.js";

/** `requestTimeoutMs` limits each pause of the connection; the server sends something every 16 seconds. */
export interface FollowEvents extends CallOptions {
  /** Only events of these types. */
  readonly events?: readonly WebhookEventName[];
  /** Only events of these branches: names, or names with `*`. A merge is also one of its source. */
  readonly branches?: readonly string[];
  /** `cursor` of the last event that was processed: begin with the one after it. */
  readonly after?: string;
  /** Begin with the first event at or after this SCN. Default: with the next event. */
  readonly fromScn?: number;
}

/** A stream that ended is opened again after so long. */
const PAUSE_MS = 1_000;

/** Events of branches, as they happen. */
export class Events {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Follows events until the loop is left or the signal is aborted: `for await (const event of client.events.follow())`. A
   * connection that breaks is opened again, and goes on where it stopped, so that every event comes once. Fails if the
   * server refuses, or can't be reached again with the client's retries.
   */
  async *follow(options: FollowEvents = {}): AsyncGenerator<ServerEvent, void, undefined> {
    const { signal } = options;
    let cursor = options.after;
    for (;;) {
      try {
        for await (const message of this.#open(options, cursor)) {
          cursor = message.id ?? cursor;
          if (message.event === "stream.end") break;
          if (message.data !== "") yield serverEventOf(message, cursor ?? "");
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof ConnectionError) || cursor === undefined) throw error;
      }
      await pauseFor(PAUSE_MS, signal);
    }
  }

  /** One connection, to its end. */
  async *#open(options: FollowEvents, cursor: string | undefined): AsyncGenerator<EventMessage, void, undefined> {
    const { events, branches, fromScn, signal } = options;
    const query = { events: events?.join(","), branches: branches?.join(","), from_scn: fromScn };
    const headers = { accept: MEDIA_TYPE, ...(cursor !== undefined && { "last-event-id": cursor }) };
    const request = { method: "GET", route: "/v1/events", path: urlOf("/v1/events", query), headers } as const;
    const { response, patience } = await this.#transport.file(request, options, async (response, patience) => ({
      response,
      patience,
    }));
    try {
      yield* messagesOf(linesOf(bytesOf(response.body, response.url, patience, signal)));
    } finally {
      patience.abandon();
    }
  }
}
