import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../http/server-process.js";

const DEBIAN = "/usr/lib/postgresql";
const START_MS = 60_000;

/** A store as docs/cells.md describes it: a primary, and a standby that each commit waits for. */
export interface RunningStore {
  readonly url: string;
  stop(): Promise<void>;
}

/** Why there can be no store here, or null. */
export async function storeProblem(): Promise<string | null> {
  return programs() === null ? "PostgreSQL is not installed (the Debian package is called postgresql)" : null;
}

/** Starts both servers on free ports of this machine. Their data is gone when they have ended. */
export async function startStore(): Promise<RunningStore> {
  const [primary, standby] = [makeFolder(), makeFolder()];
  const [port, standbyPort] = [await freePort(), await freePort()];
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  run("initdb", ["-D", primary, "-A", "trust", "-U", "postgres", "--no-instructions"]);
  appendFileSync(
    join(primary, "postgresql.conf"),
    `listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nmax_wal_size = 4GB\nport = ${port}\n`,
  );
  const started = [await start(primary, url)];
  const stop = async () => {
    for (const server of started.reverse()) {
      server.kill("SIGINT");
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    }
    for (const folder of [primary, standby]) rmSync(folder, { recursive: true });
  };
  try {
    run("pg_basebackup", ["-D", standby, "-d", `${url}?application_name=standby`, "-R", "-c", "fast"]);
    appendFileSync(join(standby, "postgresql.conf"), `\nport = ${standbyPort}\n`);
    started.push(await start(standby, `postgres://postgres@127.0.0.1:${standbyPort}/postgres`));
    query(url, "ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    query(url, "SELECT pg_reload_conf()");
    await until(() => query(url, "SELECT sync_state FROM pg_stat_replication") === "sync");
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function start(folder: string, url: string): Promise<ChildProcess> {
  const server = spawn(join(programs()!, "postgres"), ["-D", folder], { ...asPostgres(), cwd: "/", stdio: "ignore" });
  await until(() => query(url, "SELECT 1") === "1");
  return server;
}

async function until(holds: () => boolean): Promise<void> {
  for (const giveUpAt = performance.now() + START_MS; ; await sleep(100)) {
    try {
      if (holds()) return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      continue;
    }
    if (performance.now() > giveUpAt) throw new Error(`PostgreSQL was not ready within ${START_MS} ms`);
  }
}

function query(url: string, sql: string): string {
  return run("psql", ["--no-psqlrc", "--tuples-only", "--no-align", "--command", sql, url]).trim();
}

function run(name: string, args: readonly string[]): string {
  const options = { ...asPostgres(), cwd: "/", stdio: "pipe", encoding: "utf8" } as const;
  return execFileSync(join(programs()!, name), args, options);
}

function programs(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).filter((name) => /^\d+$/.test(name)) : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? null : join(DEBIAN, newest, "bin");
}

/** PostgreSQL does not run as root. */
function asPostgres(): { readonly uid?: number; readonly gid?: number } {
  if (userInfo().uid !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** Beside the folders of the benchmarks, which nobody else may look into. */
function makeFolder(): string {
  const folder = mkdtempSync(join(process.env.HELIOS_BENCH_DIR ?? tmpdir(), "helios-bench-postgres-"));
  const { uid, gid } = asPostgres();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  return folder;
}
