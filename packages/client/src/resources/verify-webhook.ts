import { createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookEventName } from "../results/webhook.js";

/** The body of a webhook's request. */
export interface WebhookEvent {
  /** The same each time that the event is sent, so that a receiver can recognize repeats. */
  readonly id: string;
  readonly event: WebhookEventName | "webhook.test";
  readonly timestamp: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ReceivedWebhook {
  /** `whsec_…`, as the server showed it when the webhook was created. */
  readonly secret: string;
  /** The request's headers; names in lower case, as in Node. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The request's body as it arrived: JSON that was parsed and written again has another signature. */
  readonly body: string | Uint8Array;
  /** Maximum age of the request's time, in the past or the future. Default 300. */
  readonly toleranceSeconds?: number;
}

/** Returns the event of a request from a webhook with this secret. Throws for every other request. */
export function verifyWebhook({ secret, headers, body, toleranceSeconds = 300 }: ReceivedWebhook): WebhookEvent {
  const id = header(headers, "webhook-id");
  const time = header(headers, "webhook-timestamp");
  const signatures = header(headers, "webhook-signature");
  if (!/^\d{1,12}$/.test(time) || Math.abs(Date.now() / 1000 - Number(time)) > toleranceSeconds) {
    throw new Error("The webhook's timestamp is too far from the current time. It may be a replay of an old request.");
  }
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length < 24)
    throw new TypeError("Invalid secret. Expected the webhook's secret: whsec_ followed by 32 bytes in base64.");
  const expected = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest();
  const holds = signatures.split(" ").some((signature) => {
    const [version, text = ""] = signature.split(",");
    const given = Buffer.from(text, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!holds) throw new Error("The webhook's signature doesn't match the secret.");
  const event = JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
  return { ...event, timestamp: new Date(event.timestamp) };
}

function header(headers: ReceivedWebhook["headers"], name: string): string {
  const value = headers[name];
  if (typeof value !== "string" || value === "")
    throw new Error(`The request is not a webhook: the ${name} header is missing.`);
  return value;
}
