/** The entry for browsers: the same but for `verifyWebhook`, since they receive no webhooks. */
export { HeliosDBClient } from "./browser-client.js";
export * from "./shared.js";
