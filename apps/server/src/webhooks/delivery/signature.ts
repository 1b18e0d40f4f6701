import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";

/** 256 bits, as Standard Webhooks writes a secret. */
export function newSecret(): string {
  return PREFIX + randomBytes(32).toString("base64");
}

/**
 * The headers of Standard Webhooks. Each secret gives a signature of its own, so that a receiver may know either while
 * one takes the place of the other.
 */
export function signedHeaders(secrets: readonly string[], id: string, body: string, seconds: number) {
  const signed = `${id}.${seconds}.${body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), "base64");
    return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": signatures.join(" "),
  };
}
