import type { Server } from "node:https";
import type { Socket } from "node:net";

/** The connections of a server that are still in their handshakes. Node doesn't count them among its idle ones. */
export class Handshakes {
  /** By the client's address and port, which both sides of a TLS socket have. */
  private readonly open = new Map<string, Socket>();

  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      const name = nameOf(socket);
      this.open.set(name, socket);
      socket.once("close", () => this.open.delete(name));
    });
    server.on("secureConnection", (socket) => this.open.delete(nameOf(socket)));
  }

  end(): void {
    for (const socket of this.open.values()) socket.destroy();
  }
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
