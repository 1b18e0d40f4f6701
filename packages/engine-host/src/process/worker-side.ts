import { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { FRAMES_FD, type WorkerArguments } from "./arguments.js";
import { Channel } from "./channel.js";

/** Reads the arguments that the parent gave this process. */
export function workerArguments(): WorkerArguments {
  return JSON.parse(process.argv[2]!) as WorkerArguments;
}

/**
 * Makes this process a worker: it takes frames until its parent closes the channel, then calls `close` and exits. A
 * terminal's Ctrl-C reaches the whole process group, but only the parent decides when to end.
 */
export function connectToParent(onFrame: (frame: unknown) => void, close: () => void): Channel {
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {});
  // From `bundle/readers` as from here.
  new Worker(new URL("../process/lifeline.js", import.meta.url)).unref();
  const socket = new Socket({ fd: FRAMES_FD, readable: true, writable: true });
  const channel = new Channel(socket, false, onFrame, FRAMES_FD);
  socket.on("end", () => {
    close();
    process.exit(0);
  });
  socket.on("close", () => process.exit(0));
  channel.send({ ready: true });
  return channel;
}
