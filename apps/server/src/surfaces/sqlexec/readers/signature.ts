import type { IncomingHttpHeaders } from "node:http";

/** Any of these makes a request a signed one; half a signature is a wrong one. */
const HEADERS = ["x-timestamp", "x-nonce", "x-signature"] as const;

export function isSigned(headers: IncomingHttpHeaders): boolean {
  return HEADERS.some((name) => headers[name] !== undefined);
}
