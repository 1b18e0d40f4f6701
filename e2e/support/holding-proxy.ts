import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Hands requests on to the server; it can hold back a response and tell of it. */
export class HoldingProxy {
  #batches = 0;
  #cut: { at: number; act: () => void } | null = null;

  private constructor(
    private readonly target: string,
    private readonly server: Server,
  ) {}

  static async start(target: string): Promise<HoldingProxy> {
    const server = createServer();
    const proxy = new HoldingProxy(target, server);
    server.on("request", (request, response) => {
      proxy.#pass(request).then(
        (answer) => {
          if (answer === null) return request.socket.destroy();
          response.writeHead(answer.status, { "content-type": answer.type }).end(answer.text);
        },
        () => request.socket.destroy(),
      );
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Holds back the response to this batch, counted from 1, and calls `act`. */
  cut(at: number, act: () => void): Promise<void> {
    return new Promise((done) => {
      this.#cut = {
        at,
        act: () => {
          act();
          done();
        },
      };
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  async #pass(request: IncomingMessage) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.entries(request.headers).filter(([name]) =>
      /^(x-api-key|accept|content-type|idemp)/.test(name),
    );
    const answer = await fetch(this.target + request.url, {
      method: request.method ?? "GET",
      headers: headers as [string, string][],
      body: chunks.length > 0 ? Buffer.concat(chunks) : null,
    });
    const text = await answer.text();
    if (request.url?.endsWith("/batch") && ++this.#batches === this.#cut?.at) {
      const { act } = this.#cut;
      this.#cut = null;
      act();
      return null;
    }
    return { status: answer.status, type: answer.headers.get("content-type") ?? "", text };
  }
}
