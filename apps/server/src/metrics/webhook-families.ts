import type { WebhookUsage } from "../webhooks/webhook-runtime.js";
import { counter, type Family, gauge } from "./family.js";

export function webhookFamilies({ enabled, disabled, waiting, requests }: WebhookUsage): Family[] {
  return [
    gauge("heliosdb_webhooks", "Webhooks of all tenants.", [
      [{ state: "enabled" }, enabled],
      [{ state: "disabled" }, disabled],
    ]),
    counter("heliosdb_webhook_requests_total", "Requests sent to webhooks, by outcome.", [
      [{ outcome: "taken" }, requests.taken],
      [{ outcome: "failed" }, requests.failed],
    ]),
    gauge("heliosdb_webhook_events_waiting", "Events that failed and will be sent again.", [[{}, waiting]]),
  ];
}
