import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { ApiError } from "../errors/api-error.js";
import { ERRORS } from "../errors/error-table.js";
import { MAX_HEADER_BYTES } from "../http/checks/url-limits.js";
import { requestId } from "../http/context/request-id.js";
import type { Dialect } from "../surfaces/v1/dialect/dialects.js";
import { FormatNegotiator } from "../surfaces/v1/formats/format-negotiator.js";
import type { LiveCertificate } from "../tls/live-certificate.js";
import type { Leader } from "./leader.js";

/** Time that requests in hand get when the server is to make room, in ms. */
const PATIENCE_MS = 1000;

/** What a standby says of itself. */
export interface StandbyState {
  readonly cell: string;
  readonly node: string;
  /** The node that serves the cell; null where none is known to. */
  readonly leader: { readonly node: string; readonly url: string | null } | null;
  /** Entries of the logs that this node doesn't have yet; null before it has asked the store. */
  readonly behind: number | null;
}

export interface StandbyParts {
  readonly leader: Leader;
  readonly state: () => StandbyState;
  /** Of errors. */
  readonly dialect: Dialect;
  readonly tls: LiveCertificate | null;
}

/** Answers on a standby's address: says what the node is, and passes everything else on to the active node. */
export class StandbyServer {
  private readonly server: Server;
  private readonly formats: FormatNegotiator;

  private constructor(private readonly parts: StandbyParts) {
    const options = { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0 };
    const listener: RequestListener = (request, response) => void this.serve(request, response);
    this.server = parts.tls?.createServer(options, listener) ?? createServer(options, listener);
    this.formats = new FormatNegotiator(parts.dialect);
  }

  static async listen(host: string, port: number, parts: StandbyParts): Promise<StandbyServer> {
    const standby = new StandbyServer(parts);
    await new Promise<void>((resolve, reject) => {
      standby.server.once("error", reject);
      standby.server.listen(port, host, resolve);
    });
    return standby;
  }

  /** The port that it listens on. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The address is free when this returns. Resolves when what was under way has ended, which gets a moment. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.parts.tls?.endHandshakes();
    this.server.closeIdleConnections();
    await Promise.race([closed, wait(PATIENCE_MS)]);
    this.server.closeAllConnections();
    await closed;
    await this.parts.leader.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const path = request.url?.split("?", 1)[0];
      if (path === "/livez") send(response, 200, "text/plain; charset=utf-8", "OK");
      else if (path === "/readyz") this.sendReadiness(request, response);
      else if (path === "/metrics") this.sendMetrics(response);
      else await this.parts.leader.passOn(request, response);
    } catch (error) {
      this.sendError(request, response, error instanceof ApiError ? error : new ApiError("INTERNAL_ERROR"));
    }
  }

  private sendReadiness({ headers }: IncomingMessage, response: ServerResponse): void {
    const { cell, node, leader, behind } = this.parts.state();
    const problem = `${node} is a standby of the cell ${cell}`;
    if (headers.accept?.includes("application/json")) {
      const body = { ready: false, parts: { node: { ok: false, problem } }, leader, entries_behind: behind };
      send(response, 503, "application/json; charset=utf-8", JSON.stringify(body));
      return;
    }
    const lines = [
      `[-]node not ready: ${problem}`,
      `leader: ${leader === null ? "none" : `${leader.node}${leader.url === null ? "" : ` at ${leader.url}`}`}`,
      `entries behind: ${behind ?? "not known"}`,
    ];
    send(response, 503, "text/plain; charset=utf-8", lines.join("\n"));
  }

  private sendError(request: IncomingMessage, response: ServerResponse, error: ApiError): void {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const meta = { requestId: requestId(request), elapsedMs: 0 };
    const format = this.formats.choose(request.headers.accept);
    const { status, body } = format.error(error, undefined, meta);
    const { retryAfter } = ERRORS[error.code];
    if (retryAfter !== undefined) response.setHeader("retry-after", String(retryAfter));
    response.setHeader("x-request-id", meta.requestId);
    // Of a body that nobody reads, the rest would hold the connection up.
    response.setHeader("connection", "close");
    send(response, status, format.contentType, JSON.stringify(body));
  }

  private sendMetrics(response: ServerResponse): void {
    const { behind } = this.parts.state();
    const lines = [
      "# HELP heliosdb_cell_active Whether this node is the active one of its cell.",
      "# TYPE heliosdb_cell_active gauge",
      "heliosdb_cell_active 0",
    ];
    if (behind !== null) {
      lines.push(
        "# HELP heliosdb_cell_entries_behind Entries of the logs that this standby does not have yet.",
        "# TYPE heliosdb_cell_entries_behind gauge",
        `heliosdb_cell_entries_behind ${behind}`,
      );
    }
    send(response, 200, "text/plain; version=0.0.4; charset=utf-8", `${lines.join("\n")}\n`);
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
