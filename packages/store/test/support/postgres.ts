import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { AS, emptyFolder, freePort, PROGRAMS } from "./as-postgres.js";

export { PROGRAMS } from "./as-postgres.js";

const SETTINGS = [
  "listen_addresses = '127.0.0.1'",
  "unix_socket_directories = ''",
  "shared_buffers = 16MB",
  "max_connections = 100",
  "max_wal_senders = 4",
  "wal_receiver_status_interval = 1",
  "hot_standby = on",
].join("\n");

/** One server on a free port of the loopback interface. */
export class Postgres {
  private process: ChildProcess | null = null;

  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly database = "postgres",
  ) {}

  /** A database of one that another process has started. */
  static at(port: number, database?: string): Postgres {
    return new Postgres("", port, database);
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${this.database}`;
  }

  /** A primary whose commits wait for a standby of this name, as soon as `waitsFor` is called. */
  static async primary(): Promise<Postgres> {
    const server = new Postgres(emptyFolder(), await freePort());
    program("initdb", ["-D", server.folder, "-A", "trust", "-U", "postgres", "-N", "--no-instructions"]);
    appendFileSync(join(server.folder, "postgresql.conf"), `${SETTINGS}\nport = ${server.port}\n`);
    await server.start();
    return server;
  }

  /** A standby for which the primary's commits wait. */
  async standby(): Promise<Postgres> {
    const server = new Postgres(emptyFolder(), await freePort());
    const from = `postgres://postgres@127.0.0.1:${this.port}/postgres?application_name=standby`;
    program("pg_basebackup", ["-D", server.folder, "-d", from, "-R", "-c", "fast", "-N"]);
    appendFileSync(join(server.folder, "postgresql.conf"), `\nport = ${server.port}\n`);
    await server.start();
    await this.run("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    await this.run("SELECT pg_reload_conf()");
    await until(async () => {
      const [state] = await this.run("SELECT sync_state FROM pg_stat_replication");
      return state?.sync_state === "sync";
    });
    return server;
  }

  async start(): Promise<void> {
    this.process = spawn(join(PROGRAMS!, "postgres"), ["-D", this.folder], { ...AS, cwd: "/", stdio: "ignore" });
    await until(async () => (await this.run("SELECT 1")).length === 1);
  }

  /** As after a power cut of its machine. */
  async kill(): Promise<void> {
    await this.end("SIGQUIT");
  }

  async stop(): Promise<void> {
    await this.end("SIGINT");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { process: child } = this;
    this.process = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await ended;
  }

  /** Stops and continues the process that receives the primary's log: commits there wait meanwhile. */
  async hold(): Promise<() => void> {
    const [row] = await this.run("SELECT pid FROM pg_stat_wal_receiver");
    const pid = Number(row!.pid);
    process.kill(pid, "SIGSTOP");
    return () => process.kill(pid, "SIGCONT");
  }

  async promote(): Promise<void> {
    await this.run("SELECT pg_promote()");
  }

  /** Rows of a query on a connection of its own. */
  async run(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 2000 });
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(sql, [...values])).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }
}

/** Waits for what must come; gives up after a while with the last error. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  let last: unknown = "it did not happen";
  for (let attempt = 0; attempt < 2400; attempt++) {
    try {
      if (await isTrue()) return;
    } catch (error) {
      last = error;
    }
    await wait(50);
  }
  throw new Error(`gave up waiting: ${String(last)}`);
}

function program(name: string, args: readonly string[]): void {
  execFileSync(join(PROGRAMS!, name), args, { ...AS, cwd: "/", stdio: "pipe" });
}
