import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import { ROOT } from "./paths.mjs";

/** The one place that pins pnpm; turbo reads it too. */
const PNPM = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).packageManager;

/** The environment of every tool: quiet, no telemetry, and Node's own headers for native addons if there are any. */
export function toolEnv() {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1", DO_NOT_TRACK: "1" };
  const prefix = resolve(process.execPath, "../..");
  // Without this, node-gyp downloads the headers, which fails where only a registry is reachable.
  if (!env.npm_config_nodedir && existsSync(join(prefix, "include/node/node.h"))) env.npm_config_nodedir = prefix;
  return env;
}

/** Runs a command at the top of the tree with its output shown; resolves to its exit code. */
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: ROOT, env: toolEnv(), stdio: "inherit", ...options });
    child.once("error", fail);
    child.once("exit", (code, signal) => done(exitCode(code, signal)));
  });
}

/** pnpm through npx, so that a machine with only Node needs nothing else installed. */
export function pnpm(args, options) {
  return run("npx", ["--yes", "--prefer-offline", "--loglevel=error", PNPM, ...args], options);
}

/** A tool of the root's devDependencies, run by Node itself: no shell and no PATH in between. */
export function tool(script, args, options) {
  return run(process.execPath, [join(ROOT, "node_modules", script), ...args], options);
}

/** The exit code that a shell reports for a process that ended in this way. */
export function exitCode(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}
