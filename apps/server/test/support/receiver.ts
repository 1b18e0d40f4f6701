import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read events field by field
  readonly event: any;
}

/** A program that webhooks are sent to, on a free port of this machine. */
export class Receiver {
  readonly received: Received[] = [];
  /** The status to answer with, or null for no answer at all. */
  answer: (request: Received) => number | null = () => 204;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on("request", async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      const received = { path: request.url ?? "", headers: request.headers, body, event: JSON.parse(body) };
      receiver.received.push(received);
      const status = receiver.answer(received);
      if (status === null) return;
      if (status >= 300 && status < 400) response.setHeader("location", "/elsewhere");
      response.writeHead(status).end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  get events() {
    return this.received.map(({ event }) => event);
  }

  /** Waits until something holds; only a server that never gets there makes the test fail. */
  async until(holds: (receiver: Receiver) => boolean): Promise<void> {
    for (const end = Date.now() + 120_000; !holds(this); await sleep(10)) {
      if (Date.now() > end) throw new Error(`not received: ${JSON.stringify(this.events, null, 1)}`);
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
