import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AS, emptyFolder, freePort } from "../../../packages/store/test/support/as-postgres.js";
import { configurationOf } from "./configuration.js";
import { Daemon } from "./daemon.js";
import { PATRONI } from "./installed.js";

/** What Patroni says of a member of its cluster. */
export interface MemberState {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly lag?: number | "unknown";
}

/** One machine of the store: Patroni, and the PostgreSQL that it runs. */
export class Member {
  #patroni: Daemon | null = null;

  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly restPort: number,
    private readonly folder: string,
  ) {}

  static async create(name: string, etcdPort: number): Promise<Member> {
    const member = new Member(name, await freePort(), await freePort(), emptyFolder());
    const { port, restPort, folder } = member;
    writeFileSync(member.#configuration, configurationOf({ name, folder, port, restPort, etcdPort }), { mode: 0o600 });
    if (AS.uid !== undefined) chownSync(member.#configuration, AS.uid, AS.gid ?? 0);
    return member;
  }

  start(): void {
    this.#patroni = new Daemon(this.folder, PATRONI!.patroni, [this.#configuration]);
  }

  /** What Patroni and PostgreSQL wrote so far. */
  get log(): string {
    return this.#patroni?.log ?? "";
  }

  /** The members of the cluster, as this one sees them; null where it doesn't answer. */
  async cluster(): Promise<readonly MemberState[] | null> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.restPort}/cluster`, { signal: AbortSignal.timeout(2000) });
      return ((await response.json()) as { members: MemberState[] }).members;
    } catch {
      return null;
    }
  }

  /** Whether it is the primary now, and Patroni's leader. */
  async isPrimary(): Promise<boolean> {
    try {
      const url = `http://127.0.0.1:${this.restPort}/primary`;
      return (await fetch(url, { signal: AbortSignal.timeout(2000) })).status === 200;
    } catch {
      return false;
    }
  }

  /** PostgreSQL ends without a word; Patroni notices. */
  killPostgres(): void {
    const pid = this.#postmaster;
    if (pid !== null) kill(pid, "SIGKILL");
  }

  /** Everything ends at once, as where the machine loses its power. */
  async lose(): Promise<void> {
    const ended = this.#patroni?.end("SIGKILL");
    const pid = this.#postmaster;
    const all = pid === null ? [] : [pid, ...childrenOf(pid)];
    for (const each of all) kill(each, "SIGKILL");
    await ended;
    await gone(all);
  }

  /** Ends it, and removes what it had. */
  async remove(): Promise<void> {
    await this.#patroni?.end("SIGKILL");
    const pid = this.#postmaster;
    if (pid !== null) {
      // It frees its shared memory.
      kill(pid, "SIGQUIT");
      await gone([pid]);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #configuration(): string {
    return join(this.folder, "patroni.yml");
  }

  /** Null where PostgreSQL does not run. */
  get #postmaster(): number | null {
    const file = join(this.folder, "data/postmaster.pid");
    if (!existsSync(file)) return null;
    const pid = Number(readFileSync(file, "utf8").split("\n", 1)[0]);
    // A file that was left behind may name a process of somebody else by now.
    return pid > 0 && commandOf(pid).includes(this.folder) ? pid : null;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some((pid) => commandOf(pid) !== "")) await sleep(20);
}
