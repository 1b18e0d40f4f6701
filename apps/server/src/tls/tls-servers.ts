import type { RequestListener } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import { type CertificatePair, MIN_VERSION } from "./certificate.js";
import { Handshakes } from "./handshakes.js";

/** A client that doesn't finish its handshake in this time is disconnected. */
const HANDSHAKE_MS = 30_000;
const PROTOCOL = { minVersion: MIN_VERSION } as const;

type Pair = Pick<CertificatePair, "cert" | "key">;

/** HTTPS servers with a certificate that can be replaced. */
export class TlsServers {
  private readonly servers: { readonly server: Server; readonly handshakes: Handshakes }[] = [];

  constructor(private pair: Pair) {}

  /** A server with this certificate, whichever it is at the time of a handshake. */
  createServer(options: ServerOptions, handler: RequestListener): Server {
    const { cert, key } = this.pair;
    const server = createServer({ ...options, cert, key, ...PROTOCOL, handshakeTimeout: HANDSHAKE_MS }, handler);
    this.servers.push({ server, handshakes: new Handshakes(server) });
    return server;
  }

  use(pair: Pair): void {
    const { cert, key } = pair;
    for (const { server } of this.servers) server.setSecureContext({ cert, key, ...PROTOCOL });
    this.pair = pair;
  }

  /** Ends connections that are still in their handshakes, for which a closing server would wait. */
  endHandshakes(): void {
    for (const { handshakes } of this.servers) handshakes.end();
  }
}
