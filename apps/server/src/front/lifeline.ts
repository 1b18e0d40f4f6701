import { rmSync } from "node:fs";
import { Socket } from "node:net";
import { workerData } from "node:worker_threads";
import { LIFELINE_FD } from "./protocol.js";

/**
 * Runs in a thread of every front, whose main thread may be busy when the main process dies. Nobody else is left then to
 * remove the folder with main's socket.
 */
const lifeline = new Socket({ fd: LIFELINE_FD, readable: true, writable: false });
lifeline.on("error", () => {});
lifeline.on("close", () => {
  try {
    rmSync(workerData as string, { recursive: true, force: true });
  } finally {
    process.kill(process.pid, "SIGKILL");
  }
});
lifeline.resume();
