export { HeliosDBClient } from "./node-client.js";
export { type ReceivedWebhook, verifyWebhook, type WebhookEvent } from "./resources/verify-webhook.js";
export * from "./shared.js";
