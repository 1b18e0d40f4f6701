import type { Socket } from "node:net";

/** How many have a reason not to read a connection. */
const holds = new WeakMap<Socket, number>();

/** Keeps a connection from being read. Returns what ends that, to be called once: when nobody holds it, it is read again. */
export function holdReading(socket: Socket): () => void {
  holds.set(socket, (holds.get(socket) ?? 0) + 1);
  socket.pause();
  return () => {
    const left = holds.get(socket)! - 1;
    holds.set(socket, left);
    if (left === 0) socket.resume();
  };
}
