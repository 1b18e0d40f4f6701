import {
  boolean,
  described,
  integer,
  listOf,
  named,
  nullable,
  objectOf,
  text,
  word,
} from "../../../../schema/index.js";
import type { WebhookDelivery, WebhookDeliveryPage } from "../../../../webhooks/delivery/webhook-delivery.js";
import type { CreatedWebhook, WebhookInfo } from "../../../../webhooks/webhook-info.js";
import { nextCursor } from "../../schemas/cursor.js";
import type { Results } from "../view/results.js";
import type { TimeWriter } from "../view/times.js";
import { type Views, view } from "../view/view.js";

type WebhookNames = "webhook" | "createdWebhook" | "webhookList" | "webhookDelivery" | "webhookDeliveryPage";

/** The documents only describe an event, so the dialects differ only in times. */
export function webhookViews<T>(prefix: string, time: TimeWriter<T>): Pick<Views, WebhookNames> {
  const maybe = (micros: number | null): T | null => (micros === null ? null : time.write(micros));

  const fields = {
    id: text({ example: "wh_7f3k2m9q4w8x" }),
    url: text({ example: "https://hooks.example/heliosdb" }),
    description: nullable(text()),
    events: listOf(text({ example: "branch.merged" })),
    branches: listOf(text({ example: "feature-*" }), { description: "Empty: all." }),
    enabled: boolean(),
    disabled_reason: nullable(text({ description: "Why it is disabled; null if it is enabled." })),
    disabled_at: nullable(time.schema),
    failing: integer({ description: "Number of branches whose next event failed and will be sent again.", example: 0 }),
    created_at: time.schema,
    updated_at: time.schema,
  };
  const webhook = named(`${prefix}Webhook`, objectOf(fields));
  const createdWebhook = named(
    `${prefix}CreatedWebhook`,
    objectOf({ ...fields, secret: described("Secret that signs the events. It is shown only once.", text()) }),
  );
  const webhookList = named(`${prefix}WebhookList`, objectOf({ total: integer(), webhooks: listOf(webhook) }));
  const delivery = named(
    `${prefix}WebhookDelivery`,
    objectOf({
      id: text({ example: "dlv_42" }),
      webhook_id: text({ example: "wh_7f3k2m9q4w8x" }),
      purpose: word(["event", "test", "resend"], { description: "`event`: sent in order." }),
      event: text({ example: "branch.data_changed" }),
      event_id: text({ description: "The `webhook-id` of the event." }),
      branch_id: nullable(text({ description: "The branch of the event; null for a test." })),
      status: word(["delivered", "waiting", "failed"], {
        description: "`waiting`: it will be sent again, and later events of its branch wait for it.",
      }),
      attempts: integer({ example: 1 }),
      response_status: nullable(
        integer({ description: "Status of the last response; null if there was none.", example: 204 }),
      ),
      error: nullable(text({ description: "Why the last attempt failed.", example: "answered 500" })),
      created_at: described("Time of the first attempt.", time.schema),
      attempted_at: described("Time of the last attempt.", time.schema),
      next_attempt_at: nullable(time.schema),
    }),
  );
  const deliveryPage = named(
    `${prefix}WebhookDeliveryPage`,
    objectOf({ deliveries: listOf(delivery), next_cursor: nextCursor }),
  );

  const presentWebhook = (info: WebhookInfo) => ({
    id: info.id,
    url: info.url,
    description: info.description,
    events: info.events,
    branches: info.branches,
    enabled: info.enabled,
    disabled_reason: info.disabledReason,
    disabled_at: maybe(info.disabledAt),
    failing: info.failing,
    created_at: time.write(info.createdAt),
    updated_at: time.write(info.updatedAt),
  });
  const presentDelivery = (info: WebhookDelivery) => ({
    id: `dlv_${info.number}`,
    webhook_id: info.webhook,
    purpose: info.purpose,
    event: info.event,
    event_id: info.eventId,
    branch_id: info.branch,
    status: info.status,
    attempts: info.attempts,
    response_status: info.responseStatus,
    error: info.error,
    created_at: time.write(info.createdAt),
    attempted_at: time.write(info.attemptedAt),
    next_attempt_at: maybe(info.nextAttemptAt),
  });

  return {
    webhook: view(webhook, presentWebhook),
    createdWebhook: view(createdWebhook, (made: CreatedWebhook) => ({
      ...presentWebhook(made.webhook),
      secret: made.secret,
    })),
    webhookList: view(webhookList, (webhooks: Results["webhookList"]) => ({
      total: webhooks.length,
      webhooks: webhooks.map(presentWebhook),
    })),
    webhookDelivery: view(delivery, presentDelivery),
    webhookDeliveryPage: view(deliveryPage, (page: WebhookDeliveryPage) => ({
      deliveries: page.deliveries.map(presentDelivery),
      next_cursor: page.next === null ? null : String(page.next),
    })),
  };
}
