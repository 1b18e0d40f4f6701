import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../../errors/api-error.js";
import { isLoopback } from "../../util/addresses.js";

/** Most requests name the same host, and reading an address takes a microsecond. */
let lastAllowed: string | null = null;

/**
 * Guards a server without authentication from web pages: a page of another site can make a browser on this machine send
 * requests here, directly or by pointing its own name at 127.0.0.1. So the Host must be a loopback name, and an Origin
 * must be this server or on the list.
 */
export function guardHost(
  { protocol, headers }: { readonly protocol: string; readonly headers: IncomingHttpHeaders },
  allowedOrigins: ReadonlySet<string>,
): void {
  const host = headers.host ?? "";
  if (host !== lastAllowed && !isLoopback(hostname(host))) throw new ApiError("HOST_NOT_ALLOWED");
  lastAllowed = host;
  const { origin } = headers;
  if (origin !== undefined && origin !== `${protocol}://${host}` && !allowedOrigins.has(origin)) {
    throw new ApiError("HOST_NOT_ALLOWED", "Pages from this origin may not call this server.");
  }
  if (origin === undefined && headers["sec-fetch-site"] === "cross-site") throw new ApiError("HOST_NOT_ALLOWED");
}

function hostname(host: string): string {
  return host.replace(/:\d*$/, "");
}
