import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import proxyAddr from "@fastify/proxy-addr";

export interface Client {
  readonly address: string;
  readonly scheme: string;
}

/** Finds out who sent a request and how, as Fastify does: by its connection, and by the headers of trusted proxies. */
export function clientFinder(trustedProxies: readonly string[]): (request: IncomingMessage) => Client {
  const trust = trustedProxies.length > 0 ? proxyAddr.compile([...trustedProxies]) : null;
  return (request) => {
    const { socket, headers } = request;
    const scheme = (socket as TLSSocket).encrypted ? "https" : "http";
    // A client may be gone before its connection has told an address.
    const remote = socket.remoteAddress ?? "unknown";
    if (trust === null || socket.remoteAddress === undefined) return { address: remote, scheme };
    const proto = headers["x-forwarded-proto"];
    return {
      address: proxyAddr.all(request, trust).at(-1) ?? remote,
      scheme: typeof proto === "string" && proto !== "" && trust(remote, 0) ? proto.split(",").at(-1)!.trim() : scheme,
    };
  };
}
