import { spawn } from "node:child_process";
import { join } from "node:path";
import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { ROOT } from "./lib/paths.mjs";
import { exitCode } from "./lib/run.mjs";

const parent = process.ppid;
const failed = (await install()) || (await build());
if (failed) process.exit(failed);

// In a separate process group: a terminal sends Ctrl-C to every process of its group and npm sends it again, and the
// server takes a second one for "stop at once". This way, it only gets the signals that this process passes on. They go
// over a channel, whose end also tells the server that this process is gone, however it ended.
const server = spawn(process.execPath, [join(ROOT, "apps/server/dist/bundle/main.js"), ...process.argv.slice(2)], {
  stdio: ["inherit", "inherit", "inherit", "ipc"],
  detached: true,
});
server.channel?.unref();

/**
 * The first time, the server finishes the requests in progress, even if it had a signal itself; the second time, it
 * doesn't.
 */
let asked = false;
function stop(signal) {
  if (asked) server.kill(signal === "SIGINT" ? "SIGINT" : "SIGTERM");
  else if (server.connected) server.send("stop");
  asked = true;
}

const SAME_PRESS_MS = 1000;
let last = Number.NEGATIVE_INFINITY;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    const repeated = performance.now() - last < SAME_PRESS_MS;
    if (!repeated) stop(signal);
    last = performance.now();
  });
}

// npm passes a signal on to the shell that it runs scripts in, and that shell ends without notifying this process.
if (process.env.npm_lifecycle_event !== undefined) {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    if (!asked) stop("SIGTERM");
  }, 250);
  watch.unref();
}

server.once("error", (error) => {
  console.error(`The server could not be started: ${error.message}`);
  process.exit(1);
});
server.once("exit", (code, signal) => process.exit(exitCode(code, signal)));
