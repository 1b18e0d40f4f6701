import { Socket } from "node:net";
import { LIFELINE_FD } from "./arguments.js";

/**
 * Runs in a thread of every worker. The main thread may be inside one SQL statement for minutes and would not notice
 * the death of its parent; this thread does, and ends the process. SQLite loses nothing acknowledged by that.
 */
const lifeline = new Socket({ fd: LIFELINE_FD, readable: true, writable: false });
lifeline.on("error", () => {});
lifeline.on("close", () => process.kill(process.pid, "SIGKILL"));
lifeline.resume();
