import { spawn } from "node:child_process";
import { join } from "node:path";
import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { ROOT } from "./lib/paths.mjs";
import { exitCode } from "./lib/run.mjs";

const failed = (await install()) || (await build());
if (failed) process.exit(failed);

// In a process group of its own: a terminal sends Ctrl-C to every process of its group and npm sends it on again, and
// the server takes a second one for "stop at once". This way it gets what this process passes on, and nothing else.
const server = spawn(process.execPath, [join(ROOT, "apps/server/dist/main.js"), ...process.argv.slice(2)], {
  stdio: "inherit",
  detached: true,
});

const SAME_PRESS_MS = 1000;
let last = Number.NEGATIVE_INFINITY;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    const repeated = performance.now() - last < SAME_PRESS_MS;
    if (!repeated) server.kill(signal === "SIGINT" ? "SIGINT" : "SIGTERM");
    last = performance.now();
  });
}

server.once("error", (error) => {
  console.error(`The server could not be started: ${error.message}`);
  process.exit(1);
});
server.once("exit", (code, signal) => process.exit(exitCode(code, signal)));
