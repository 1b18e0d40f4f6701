import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HeliosDBClient, type HeliosDBClientOptions } from "../../src/index.js";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** In place of a body that is JSON. */
  readonly text?: string;
  /** Announces more bytes than it sends, and ends the connection. */
  readonly cut?: boolean;
  /** Ends the connection instead of answering. */
  readonly drop?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
}

/** A real HTTP server that gives the answers it is told to, in order, and keeps what it was asked. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  readonly #clients: HeliosDBClient[] = [];
  #script: Scripted[] = [];

  private constructor(readonly server: Server) {}

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on("request", (request, response) => void scripted.#answer(request, response));
    await once(server.listen(0, "127.0.0.1"), "listening");
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The answers to the next requests; the last one is given again and again. */
  answers(...script: Scripted[]): void {
    this.#script = script;
  }

  client(options: Partial<HeliosDBClientOptions> = {}): HeliosDBClient {
    const client = new HeliosDBClient({
      baseUrl: this.url,
      apiKey: "hdb_test",
      ...options,
      retry: { baseDelayMs: 1, ...options.retry },
    });
    this.#clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    this.seen.push({
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    });
    const step = this.#script.length > 1 ? this.#script.shift() : this.#script[0];
    if (step?.drop) request.socket.destroy();
    else if (!step?.hang) {
      const content = step?.text ?? (step?.body === undefined ? "" : JSON.stringify(step.body));
      const length = step?.cut ? { "content-length": content.length + 1 } : {};
      response.writeHead(step?.status ?? 200, { "content-type": "application/json", ...length, ...step?.headers });
      if (step?.cut) response.write(content, () => request.socket.destroy());
      else response.end(content);
    }
  }
}

export const NO_BRANCHES = { body: { total: 0, branches: [] } };
export const EMPTY_RESULT = {
  body: { columns: [], column_types: [], rows: [], row_count: 0, execution_time_ms: 1, truncated: false, scn: 1 },
};

/** An error body as the server writes it. */
export function refusal(
  status: number,
  code: string,
  more: object = {},
  headers: Record<string, string> = {},
): Scripted {
  return {
    status,
    headers,
    body: { status, error: "Word", message: `refused with ${code}`, code, request_id: "req_1", ...more },
  };
}
