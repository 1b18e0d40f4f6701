import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { LIFELINE_FD } from "../front/protocol.js";

const ENTRY = fileURLToPath(new URL("../bundle/front-main.js", import.meta.url));

/** Starts a process that loads what a front needs, and waits for its settings. */
export function startFrontProcess(): ChildProcess {
  const child = spawn(process.execPath, [ENTRY], {
    stdio: ["ignore", "inherit", "inherit", "ipc", "pipe"],
    env: environment(),
  });
  // Its exit, or its absence, is noticed by whoever uses it.
  child.on("error", () => {});
  // Nothing is ever sent on it, but it must flow for its end to be noticed.
  (child.stdio[LIFELINE_FD] as Socket | null)?.on("error", () => {}).resume();
  return child;
}

/** Secrets of the server do not belong in a process that runs user SQL. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("HELIOSDB_") && name !== "NODE_OPTIONS"),
  );
}
