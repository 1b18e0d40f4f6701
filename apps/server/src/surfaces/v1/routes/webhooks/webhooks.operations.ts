import {
  boolean,
  described,
  integer,
  integerParameter,
  listOf,
  named,
  nullable,
  objectOf,
  optional,
  text,
  withDefault,
  word,
} from "../../../../schema/index.js";
import { WEBHOOK_EVENTS } from "../../../../webhooks/model/event.js";
import { operation, queryOf } from "../../operation/operation.js";
import { branchGlob } from "../../schemas/branch-glob.js";
import { entryCursor } from "../../schemas/cursor.js";

const TAG = "Webhooks";
const ACCESS = "admin";

const url = text({
  minLength: 1,
  maxLength: 2000,
  description: "URL that events are sent to: http or https, without user and password, to a public address.",
  example: "https://hooks.example/heliosdb",
});
const description = text({ maxLength: 500, description: "What the webhook is for." });
const events = listOf(named("WebhookEvent", word(WEBHOOK_EVENTS)), {
  minItems: 1,
  maxItems: WEBHOOK_EVENTS.length,
  description: "Events to send.",
});
const branches = listOf(branchGlob, {
  maxItems: 50,
  description:
    "Names of the branches whose events are sent; `*` matches any text, `?` one character. Empty: all branches. A " +
    "merge is also sent if its source matches.",
});
const HINTS = {
  endpoint: "url",
  target: "url",
  event: "events",
  event_types: "events",
  branch: "branches",
  name: "description",
  active: "enabled",
};

const webhookPath = objectOf({ webhook: text({ description: "Id of the webhook.", example: "wh_7f3k2m9q4w8x" }) });
const deliveryPath = objectOf({
  webhook: text({ description: "Id of the webhook.", example: "wh_7f3k2m9q4w8x" }),
  delivery: text({ description: "Id of the delivery.", example: "dlv_42" }),
});

export const createWebhook = operation({
  id: "createWebhook",
  method: "POST",
  path: "/v1/webhooks",
  tag: TAG,
  summary: "Register a webhook",
  description:
    "Events from now on are sent to the URL, signed as Standard Webhooks describes. The response has the secret that " +
    "signs them, which is never shown again.",
  access: ACCESS,
  rate: "write",
  status: 201,
  body: named(
    "CreateWebhookRequest",
    objectOf(
      {
        url,
        events: optional(described("Events to send. Default: all.", events)),
        branches: withDefault(branches, []),
        description: optional(description),
      },
      { hints: HINTS },
    ),
  ),
  view: "createdWebhook",
  holdsSecret: true,
  errors: ["WEBHOOK_TARGET_REFUSED", "RESOURCE_LIMIT", "OVERLOADED", "WORKER_LOST", "QUERY_TIMEOUT"],
});

export const listWebhooks = operation({
  id: "listWebhooks",
  method: "GET",
  path: "/v1/webhooks",
  tag: TAG,
  summary: "List the tenant's webhooks",
  description: "Oldest first. The secrets are never shown.",
  access: ACCESS,
  rate: "read",
  view: "webhookList",
});

export const getWebhook = operation({
  id: "getWebhook",
  method: "GET",
  path: "/v1/webhooks/{webhook}",
  tag: TAG,
  summary: "Get a webhook",
  access: ACCESS,
  rate: "read",
  params: webhookPath,
  view: "webhook",
  errors: ["WEBHOOK_NOT_FOUND"],
});

export const updateWebhook = operation({
  id: "updateWebhook",
  method: "PATCH",
  path: "/v1/webhooks/{webhook}",
  tag: TAG,
  summary: "Change, enable or disable a webhook",
  description:
    "Fields that are left out change nothing. Changed `events` and `branches` apply to events from now on. A webhook " +
    "that is enabled again continues where it stopped, and failed events are sent again at once.",
  access: ACCESS,
  rate: "write",
  params: webhookPath,
  body: named(
    "UpdateWebhookRequest",
    objectOf(
      {
        url: optional(url),
        events: optional(events),
        branches: optional(branches),
        description: optional(described("Null removes it.", nullable(description))),
        enabled: optional(boolean({ description: "Whether events are sent." })),
      },
      { minProperties: 1, hints: HINTS, example: { enabled: true } },
    ),
  ),
  view: "webhook",
  errors: ["WEBHOOK_NOT_FOUND", "WEBHOOK_TARGET_REFUSED", "OVERLOADED", "WORKER_LOST", "QUERY_TIMEOUT"],
});

export const deleteWebhook = operation({
  id: "deleteWebhook",
  method: "DELETE",
  path: "/v1/webhooks/{webhook}",
  tag: TAG,
  summary: "Delete a webhook",
  description: "Takes effect at once, and deletes the delivery log. A request in progress is cancelled.",
  access: ACCESS,
  rate: "write",
  params: webhookPath,
  view: "webhook",
  errors: ["WEBHOOK_NOT_FOUND"],
});

export const rotateWebhookSecret = operation({
  id: "rotateWebhookSecret",
  method: "POST",
  path: "/v1/webhooks/{webhook}/rotate-secret",
  tag: TAG,
  summary: "Replace a webhook's secret",
  description: "For a day, events have signatures by both secrets. The response has the new one.",
  access: ACCESS,
  rate: "write",
  params: webhookPath,
  view: "createdWebhook",
  holdsSecret: true,
  errors: ["WEBHOOK_NOT_FOUND"],
});

export const testWebhook = operation({
  id: "testWebhook",
  method: "POST",
  path: "/v1/webhooks/{webhook}/test",
  tag: TAG,
  summary: "Send a test event",
  description:
    "Sends one signed event, `webhook.test`, and returns the result. It is not retried. A disabled webhook can be " +
    "tested too.",
  access: ACCESS,
  rate: "heavy",
  params: webhookPath,
  view: "webhookDelivery",
  errors: ["WEBHOOK_NOT_FOUND"],
});

export const listDeliveries = operation({
  id: "listDeliveries",
  method: "GET",
  path: "/v1/webhooks/{webhook}/deliveries",
  tag: TAG,
  summary: "List a webhook's deliveries",
  description: "Newest first. The newest 10,000 of a webhook are kept.",
  access: ACCESS,
  rate: "read",
  params: webhookPath,
  query: queryOf(
    {
      status: optional(word(["delivered", "waiting", "failed"], { description: "Only deliveries with this state." })),
      event: optional(word([...WEBHOOK_EVENTS, "webhook.test"], { description: "Only deliveries of this event." })),
      branch: optional(text({ minLength: 1, description: "Only deliveries about the branch with this id." })),
      limit: withDefault(integerParameter({ description: "Deliveries per page.", minimum: 1, maximum: 500 }), 50),
      cursor: optional(entryCursor),
    },
    { page: "cursor", state: "status" },
  ),
  view: "webhookDeliveryPage",
  errors: ["WEBHOOK_NOT_FOUND", "INVALID_CURSOR"],
});

export const resendDelivery = operation({
  id: "resendDelivery",
  method: "POST",
  path: "/v1/webhooks/{webhook}/deliveries/{delivery}/resend",
  tag: TAG,
  summary: "Send an event again",
  description:
    "Sends the event once, immediately and out of order, with the same event id, and returns the new delivery. A " +
    "delivery that is waiting for a retry keeps waiting.",
  access: ACCESS,
  rate: "heavy",
  params: deliveryPath,
  view: "webhookDelivery",
  errors: ["WEBHOOK_NOT_FOUND"],
});

export const replayWebhook = operation({
  id: "replayWebhook",
  method: "POST",
  path: "/v1/webhooks/{webhook}/replay",
  tag: TAG,
  summary: "Send all events again from an SCN on",
  description:
    "Sends all events from the SCN on that match the webhook's present settings, for every branch, in order, with " +
    "the same event ids as before. Events whose history retention has removed are not sent.",
  access: ACCESS,
  rate: "heavy",
  params: webhookPath,
  body: named(
    "ReplayWebhookRequest",
    objectOf(
      { from_scn: integer({ minimum: 1, description: "The first SCN whose events are sent.", example: 42 }) },
      { hints: { scn: "from_scn", from: "from_scn", since: "from_scn" } },
    ),
  ),
  view: "webhook",
  errors: ["WEBHOOK_NOT_FOUND", "POINT_IN_FUTURE", "OVERLOADED", "WORKER_LOST", "QUERY_TIMEOUT"],
});
