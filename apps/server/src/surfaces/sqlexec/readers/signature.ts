import type { IncomingHttpHeaders } from "node:http";
import type { RequestHead } from "../../../http/surface/surface.js";
import type { SignatureClaim } from "../../../signatures/signature-claim.js";

/** Any of these makes a request a signed one; half a signature is a wrong one. */
const HEADERS = ["x-timestamp", "x-nonce", "x-signature"] as const;
const KEY_ID = /^k_[a-z0-9]{1,40}$/;
const TIMESTAMP = /^[0-9]{10}$/;
/**
 * So narrow because the signed text has no separators: no byte with which a body can begin may stand at the end of a
 * nonce, or the boundary could be moved, and the same signature would fit another nonce.
 */
const NONCE = /^[A-Za-z0-9_-]{8,128}$/;
const SIGNATURE = /^[0-9a-fA-F]{64}$/;

export function isSigned(headers: IncomingHttpHeaders): boolean {
  return HEADERS.some((name) => headers[name] !== undefined);
}

/**
 * Reads the headers of a signed request, in which `X-API-Key` is the key's id.
 * @param prefix what a proxy has taken from the path that the client signed
 */
export function readSignature(
  prefix: string,
  { method, url, headers }: RequestHead,
): SignatureClaim | "malformed" | null {
  if (!isSigned(headers)) return null;
  const keyId = matching(headers["x-api-key"], KEY_ID);
  const timestamp = matching(headers["x-timestamp"], TIMESTAMP);
  const nonce = matching(headers["x-nonce"], NONCE);
  const signature = matching(headers["x-signature"], SIGNATURE);
  const encoding = headers["content-encoding"]?.toLowerCase() ?? "identity";
  if (!keyId || !timestamp || !nonce || !signature || encoding !== "identity") return "malformed";
  // The path as it came, without decoding.
  const head = `${method}${prefix}${url.split("?", 1)[0]}${timestamp}${nonce}`;
  return { keyId, timestamp: Number(timestamp), nonce, signature: Buffer.from(signature, "hex"), head };
}

/** Two such headers arrive as one, joined by a comma, which fits none of the patterns. */
function matching(header: string | string[] | undefined, pattern: RegExp): string | null {
  return typeof header === "string" && pattern.test(header) ? header : null;
}
