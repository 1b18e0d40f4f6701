import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read events field by field
  readonly data: any;
}

export interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: ReceivedEvent;
  /** It was answered with 2xx. */
  taken: boolean;
}

/** A program that webhooks are sent to, which says of each call whether it takes it. */
export class Receiver {
  readonly calls: Call[] = [];

  private constructor(private readonly server: Server) {}

  /** `takes` says how to answer: true with 204, false with an error, null with a connection that is cut. */
  static async start(takes: (call: Call) => boolean | null): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on("request", async (request, response) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of request) chunks.push(chunk as Buffer);
      } catch {
        return;
      }
      const body = Buffer.concat(chunks).toString();
      const call = { path: request.url ?? "", headers: request.headers, body, event: JSON.parse(body), taken: false };
      receiver.calls.push(call);
      const answer = takes(call);
      if (answer === null) return void request.socket.destroy();
      call.taken = answer;
      response.writeHead(answer ? 204 : 503).end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
