import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HeliosDBClient, type HeliosDBClientOptions } from "../../src/index.js";

/** A server on a free port whose every answer a test writes itself, byte for byte, and a client of it. */
export class AnsweringServer {
  answer: RequestListener = (_request, response) => response.writeHead(500).end();
  private readonly server: Server;
  private made: HeliosDBClient | null = null;

  private constructor(private readonly options: Partial<HeliosDBClientOptions>) {
    this.server = createServer((request, response) => this.answer(request, response));
  }

  static async start(options: Partial<HeliosDBClientOptions> = {}): Promise<AnsweringServer> {
    const answering = new AnsweringServer(options);
    answering.server.listen(0, "127.0.0.1");
    await once(answering.server, "listening");
    return answering;
  }

  get client(): HeliosDBClient {
    const { port } = this.server.address() as AddressInfo;
    this.made ??= new HeliosDBClient({
      baseUrl: `http://127.0.0.1:${port}`,
      apiKey: "hdb_test",
      retry: { baseDelayMs: 1 },
      ...this.options,
    });
    return this.made;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.made?.close();
  }
}
