import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Responses that others come before, by their connection. */
const queued = new WeakMap<Socket, Set<ServerResponse>>();

/**
 * Makes sure that a response has a `close` event. A client may send further requests before it has the first response, and
 * Node does not tell the responses in the queue that the connection has ended: whatever waits for their end would wait
 * for ever. To be called as soon as the request is there.
 */
export function endWithConnection({ socket }: IncomingMessage, response: ServerResponse): void {
  // It is its turn, and Node tells it.
  if (response.socket !== null) return;
  const others = queued.get(socket) ?? newQueue(socket);
  others.add(response);
  response.once("close", () => others.delete(response));
}

function newQueue(socket: Socket): Set<ServerResponse> {
  const responses = new Set<ServerResponse>();
  queued.set(socket, responses);
  // One of them may have had its turn by then, and hear of it from Node.
  socket.once("close", () => setImmediate(endAll, responses));
  return responses;
}

function endAll(responses: Set<ServerResponse>): void {
  for (const response of [...responses]) {
    response.destroy();
    response.emit("close");
  }
}
