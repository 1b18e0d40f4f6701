import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { BACKLOG } from "../http/checks/backlog.js";
import { MAX_HEADER_BYTES } from "../http/checks/url-limits.js";
import { Turns } from "../http/pipeline/turns.js";
import { sendClientError } from "../http/response/client-error.js";
import { endWithConnection } from "../http/response/end-with-connection.js";
import type { ResponseBacklog } from "../http/response/response-backlog.js";
import { LAST_MS } from "../http/stream/ndjson-body.js";
import type { v1Requests } from "../surfaces/v1/v1-requests.js";
import type { TlsServers } from "../tls/tls-servers.js";
import type { PassOn } from "./pass-on.js";

/** As Fastify has it. */
const KEEP_ALIVE_MS = 72_000;
const SWEEP_MS = 50;

export interface FrontParts {
  readonly v1: ReturnType<typeof v1Requests>;
  readonly backlog: ResponseBacklog;
  readonly tls: TlsServers | null;
  readonly passOn: PassOn;
  /** A name for the tenant that a request is of, or for its client where that isn't known. */
  ownerOf(request: IncomingMessage): string;
  serve(request: IncomingMessage, response: ServerResponse): void;
}

/** The HTTP servers of a front, one for each address that main has bound. */
export class Front {
  private readonly servers: readonly Server[];
  private readonly turns = new Turns();

  constructor(
    private readonly parts: FrontParts,
    listeners: number,
  ) {
    this.servers = Array.from({ length: listeners }, () => this.newServer());
  }

  /** @param handle a bound socket */
  listen(index: number, handle: unknown): Promise<void> {
    const server = this.servers[index]!;
    return new Promise((resolve, reject) => {
      server.once("error", reject).listen(handle, BACKLOG, () => {
        server.off("error", reject);
        resolve();
      });
    });
  }

  /** Takes no more connections; resolves when the last one has ended. */
  async drain(): Promise<void> {
    const closed = this.servers.map((server) => new Promise((resolve) => server.close(resolve)));
    this.parts.tls?.endHandshakes();
    // A connection whose request was in hand is idle afterwards, and would be waited for.
    const sweep = setInterval(() => {
      for (const server of this.servers) server.closeIdleConnections();
      // Main ends these streams, which isn't noticed while nothing can be read of them.
      this.parts.passOn.endStuck(LAST_MS);
    }, SWEEP_MS);
    await Promise.all(closed);
    clearInterval(sweep);
  }

  private newServer(): Server {
    const { tls, v1, backlog } = this.parts;
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      endWithConnection(request, response);
      const waiting = { begin: () => this.parts.serve(request, response), isGone: () => response.destroyed };
      if (!this.turns.begin(() => this.parts.ownerOf(request), waiting)) this.parts.passOn.refuse(request, response);
    };
    const options = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 };
    const server: Server = tls ? tls.createServer(options, serve) : createServer(options, serve);
    server.on("clientError", (error, socket) => sendClientError(error, socket as Socket, v1));
    server.on("connection", () => this.turns.accepted());
    backlog.watch(server);
    return server;
  }
}
