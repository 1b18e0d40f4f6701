import type { components } from "../generated/schema.js";
import { dateOf, maybeDate } from "./times.js";

export type WebhookEventName = components["schemas"]["WebhookEvent"];

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly string[];
  /** Patterns of branch names; empty for all branches. */
  readonly branches: readonly string[];
  readonly enabled: boolean;
  /** Why it is disabled; null if it is enabled. */
  readonly disabledReason: string | null;
  readonly disabledAt: Date | null;
  /** Number of branches whose next event failed and will be sent again. */
  readonly failing: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CreatedWebhook extends Webhook {
  /** Signs the events. The server shows it only once. */
  readonly secret: string;
}

/** A delivery to a webhook, done or waiting for a retry. */
export interface WebhookDelivery {
  readonly id: string;
  readonly webhookId: string;
  /** `event`: sent in order. The others are sent once, on demand. */
  readonly purpose: "event" | "test" | "resend";
  readonly event: string;
  /** The `webhook-id` of the event. */
  readonly eventId: string;
  /** The branch of the event; null for a test. */
  readonly branchId: string | null;
  /** `waiting`: it will be sent again, and later events of its branch wait for it. */
  readonly status: "delivered" | "waiting" | "failed";
  readonly attempts: number;
  /** Status of the last response; null if there was none. */
  readonly responseStatus: number | null;
  /** Why the last attempt failed. */
  readonly error: string | null;
  readonly createdAt: Date;
  readonly attemptedAt: Date;
  readonly nextAttemptAt: Date | null;
}

export interface WebhookDeliveryPage {
  /** Newest first. */
  readonly deliveries: readonly WebhookDelivery[];
  /** The `cursor` of the next page; null on the last. */
  readonly nextCursor: string | null;
}

export function webhookOf(wire: components["schemas"]["Webhook"]): Webhook {
  return {
    id: wire.id,
    url: wire.url,
    description: wire.description,
    events: wire.events,
    branches: wire.branches,
    enabled: wire.enabled,
    disabledReason: wire.disabled_reason,
    disabledAt: maybeDate(wire.disabled_at),
    failing: wire.failing,
    createdAt: dateOf(wire.created_at),
    updatedAt: dateOf(wire.updated_at),
  };
}

export function createdWebhookOf(wire: components["schemas"]["CreatedWebhook"]): CreatedWebhook {
  return { ...webhookOf(wire), secret: wire.secret };
}

export function deliveryOf(wire: components["schemas"]["WebhookDelivery"]): WebhookDelivery {
  return {
    id: wire.id,
    webhookId: wire.webhook_id,
    purpose: wire.purpose,
    event: wire.event,
    eventId: wire.event_id,
    branchId: wire.branch_id,
    status: wire.status,
    attempts: wire.attempts,
    responseStatus: wire.response_status,
    error: wire.error,
    createdAt: dateOf(wire.created_at),
    attemptedAt: dateOf(wire.attempted_at),
    nextAttemptAt: maybeDate(wire.next_attempt_at),
  };
}
