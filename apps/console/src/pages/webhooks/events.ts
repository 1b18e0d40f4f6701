import type { Webhook, WebhookDelivery, WebhookEventName } from "@heliosdb/client";

export const EVENTS: readonly (readonly [event: WebhookEventName, meaning: string])[] = [
  ["branch.data_changed", "a commit changed rows"],
  ["branch.merged", "another branch was merged into it"],
  ["branch.created", "made, imported or undeleted"],
  ["branch.deleted", "deleted or expired"],
  ["branch.protected", "protection turned on or off"],
];

export const STATUS_BADGES: { readonly [S in WebhookDelivery["status"]]: string } = {
  delivered: "badge badge-good",
  waiting: "badge badge-warn",
  failed: "badge badge-bad",
};

/** `all events`, `2 events`, `branch.merged`. */
export function eventText({ events }: Pick<Webhook, "events">): string {
  if (events.length === EVENTS.length) return "all events";
  return events.length === 1 ? events[0]! : `${events.length} events`;
}

export function isEvent(text: string | undefined): text is WebhookEventName | "webhook.test" {
  return text === "webhook.test" || EVENTS.some(([event]) => event === text);
}

export function isStatus(text: string | undefined): text is WebhookDelivery["status"] {
  return text !== undefined && Object.hasOwn(STATUS_BADGES, text);
}
