import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HeliosDBClient, type HeliosDBClientOptions } from "../../src/index.js";
import type { Scripted, SeenRequest } from "./scripted-answers.js";

export * from "./scripted-answers.js";

/** A real HTTP server that gives the answers it is told to, in order, and keeps what it was asked. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  readonly #clients: HeliosDBClient[] = [];
  #script: Scripted[] = [];

  private constructor(
    readonly server: Server,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  /** @param headers of every answer, such as those that let a browser's page ask */
  static async start(headers: Readonly<Record<string, string>> = {}): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server, headers);
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
    for (const [name, value] of Object.entries(this.headers)) response.setHeader(name, value);
    // A browser asks beforehand whether it may ask.
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
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
