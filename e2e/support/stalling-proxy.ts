import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Hands connections on to the server, and of what comes back on each only so many bytes. */
export class StallingProxy {
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(target: string, bytes: number): Promise<StallingProxy> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    const proxy = new StallingProxy(server);
    server.on("connection", (client) => {
      const upstream = connect(Number(port), hostname);
      let left = bytes;
      for (const socket of [client, upstream]) {
        proxy.#sockets.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => proxy.#sockets.delete(socket));
      }
      client.pipe(upstream);
      client.on("close", () => upstream.destroy());
      upstream.on("data", (chunk: Buffer) => {
        if (left > 0) client.write(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) upstream.pause();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
}
