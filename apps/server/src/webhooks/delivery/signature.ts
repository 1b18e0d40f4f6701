import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

const PREFIX = "whsec_";

/** A new secret of 256 bits, in the notation of Standard Webhooks. */
export function newSecret(): string {
  return PREFIX + randomBytes(32).toString("base64");
}

/**
 * The headers of Standard Webhooks. Each secret gives a signature, so that a receiver may know either while one
 * replaces the other.
 */
export function signedHeaders(secrets: readonly string[], id: string, body: string, seconds: number) {
  const at = new Date(seconds * 1000);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": signatures.join(" "),
  };
}
