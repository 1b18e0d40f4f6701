import type { EventMessage } from "../transport/server-sent-events.js";
import type { WebhookEventName } from "./webhook.js";

/** An event of a branch. */
export interface ServerEvent {
  /** The position after it: `after` of a call that is to go on behind it. */
  readonly cursor: string;
  /** The same wherever the event is sent, also by a webhook. */
  readonly id: string;
  /** `stream.gap`: retention may have removed commits of a branch that would have come next. */
  readonly event: WebhookEventName | "stream.gap";
  readonly timestamp: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

export function serverEventOf({ event, data }: EventMessage, cursor: string): ServerEvent {
  const body = JSON.parse(data) as {
    readonly id: string;
    readonly timestamp: string;
    readonly data: ServerEvent["data"];
  };
  return {
    cursor,
    id: body.id,
    event: event as ServerEvent["event"],
    timestamp: new Date(body.timestamp),
    data: body.data,
  };
}
