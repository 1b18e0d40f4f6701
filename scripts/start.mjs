import { spawn } from "node:child_process";
import { join } from "node:path";
import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { ROOT } from "./lib/paths.mjs";
import { exitCode } from "./lib/run.mjs";

const failed = (await install()) || (await build());
if (failed) process.exit(failed);

const server = spawn(process.execPath, [join(ROOT, "apps/server/dist/main.js"), ...process.argv.slice(2)], {
  stdio: "inherit",
});

// A terminal's Ctrl-C reaches the server by itself, and npm sends it on once more: forwarding it too would make a
// second one, which means "stop at once". Without a terminal the signal came to this process alone.
const terminal = process.stdin.isTTY || process.stdout.isTTY;
const forwarded = new Set();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if ((terminal && signal === "SIGINT") || forwarded.has(signal)) return;
    forwarded.add(signal);
    server.kill(signal);
  });
}

server.once("error", (error) => {
  console.error(`The server could not be started: ${error.message}`);
  process.exit(1);
});
server.once("exit", (code, signal) => process.exit(exitCode(code, signal)));
