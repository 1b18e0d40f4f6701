import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Follower } from "../../../packages/cell/dist/follow/follower.js";
import { differences } from "../../../packages/journal/test/support/copy.js";
import { Cell, Connections } from "../../../packages/store/dist/index.js";
import { PROGRAMS } from "../../../packages/store/test/support/postgres.js";
import { TestStore } from "../../../packages/store/test/support/test-store.js";
import { figures, IS_SOAK, times } from "../../faults/times.js";
import { type NodeOptions, ServerNode } from "../../support/cell.js";
import { execute, query } from "../../support/http.js";
import { API_KEY } from "../../support/server.js";

const WRITERS = 4;
const ROUNDS = times(4);
const WAYS = ["killed", "frozen", "stopped", "store killed"] as const;

// Only with `npm run soak -- failover`; nodes.test.ts has one of each but the last in every run.
describe.skipIf(PROGRAMS === null || !IS_SOAK)("a cell under load", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  it("loses nothing that was acknowledged, does nothing twice, and shows nothing that is gone later", {
    timeout: 10_800_000,
  }, async () => {
    const cell = randomUUID();
    const options = (node: string): NodeOptions => ({ urls: store.urls, cell, node });
    let active = await ServerNode.start(options("a"));
    const nodes = [active];
    await active.isActive();
    await execute(active, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)");
    let standby = await ServerNode.start(options("b"));
    nodes.push(standby);
    await standby.isFollowing();

    const load = new Load(() => [active, standby]);
    const counts: Record<string, number> = {};
    const waits: number[] = [];
    try {
      for (let i = 0; i < ROUNDS; i++) {
        const how = WAYS[i % WAYS.length]!;
        counts[how] = (counts[how] ?? 0) + 1;
        await load.goesOn();
        const from = performance.now();
        if (how === "store killed") {
          await store.primary.kill();
          await sleep(500);
          await store.primary.start();
          await load.goesOn();
        } else {
          if (how === "killed") await active.kill();
          if (how === "stopped") expect(await active.stop()).toBe(0);
          if (how === "frozen") active.signalGroup("SIGSTOP");
          await standby.isActive();
          // Whoever asks the frozen one waits for long.
          await load.goesOn(how === "frozen" ? 3 : 40);
          if (how === "frozen") {
            active.signalGroup("SIGCONT");
            expect(await active.ended()).toBe(75);
          }
          const { name, dataDir, port } = active;
          const back = await ServerNode.start({ ...options(name), dataDir, port });
          nodes.push(back);
          [active, standby] = [standby, back];
        }
        waits.push((performance.now() - from) / 1000);
        // A failover of the store may have moved the cell.
        for (;;) {
          if ((await standby.readiness())?.ready) [active, standby] = [standby, active];
          if ((await active.readiness())?.ready && (await standby.readiness())?.entries_behind === 0) break;
          await sleep(100);
        }
      }
      await load.stop();
      const { rows } = await query(active, "main", "SELECT count(*) AS n, count(DISTINCT name) AS names FROM items");
      const there = new Set<string>();
      for (let last = 0; ; ) {
        const page = await query(
          active,
          "main",
          `SELECT id, name FROM items WHERE id > ${last} ORDER BY id LIMIT 5000`,
        );
        for (const { id, name } of page.rows) [last] = [id, there.add(name)];
        if (page.rows.length < 5000) break;
      }
      expect(rows[0].n).toBe(rows[0].names);
      expect(load.acknowledged.filter((name) => !there.has(name))).toEqual([]);
      expect([...load.seen].filter((name) => !there.has(name))).toEqual([]);
      expect(load.wrong).toEqual([]);
      // Nobody takes over, so the logs end with what this one has left.
      expect([await standby.stop(), await active.stop()]).toEqual([0, 0]);
      expect(await differencesFromStore(store, cell, active.dataDir)).toEqual([]);
      const sorted = waits.sort((a, b) => a - b);
      figures("a cell under load", {
        ...counts,
        "rows acknowledged": load.acknowledged.length,
        "rows seen": load.seen.size,
        "seconds until served again, median": Number(sorted[sorted.length >> 1]!.toFixed(1)),
        "seconds until served again, longest": Number(sorted.at(-1)!.toFixed(1)),
      });
    } finally {
      await load.stop();
      for (const node of nodes) await node.kill();
      for (const node of nodes) node.removeData();
    }
  });
});

/** What differs between a node's database and a folder made from the store, byte by byte. */
async function differencesFromStore(store: TestStore, cell: string, dataDir: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "helios-from-store-"));
  const connections = new Connections(store.urls, 1);
  try {
    const source = new Cell(connections, cell);
    const own = { name: ".cell", folder: join(folder, "own") };
    const follower = new Follower(join(folder, "databases"), join(folder, "positions"), own, source);
    for (let at = await source.look(); !follower.isAt(at.heads); at = await source.look())
      await follower.follow(at.heads);
    return differences(join(dataDir, "databases/default"), join(folder, "databases/default"));
  } finally {
    await connections.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Clients that write rows, each with a name and a key of its own, and send each again until it is acknowledged; and one that reads. */
class Load {
  readonly acknowledged: string[] = [];
  readonly seen = new Set<string>();
  readonly wrong: string[] = [];
  private isOver = false;
  private last = "";
  private readonly running: Promise<unknown>;

  constructor(private readonly nodes: () => readonly { readonly url: string }[]) {
    const writers = Array.from({ length: WRITERS }, (_, i) => this.write(i));
    this.running = Promise.all([...writers, this.read()]);
  }

  /** Resolves when rows have been acknowledged, and rows have been seen, from now on. */
  async goesOn(rows = 40): Promise<void> {
    const [told, seen] = [this.acknowledged.length + rows, this.seen.size + rows];
    for (
      const until = Date.now() + 120_000;
      this.acknowledged.length < told || this.seen.size < seen;
      await sleep(20)
    ) {
      if (Date.now() > until) throw new Error(`nothing is served: ${this.last}`);
    }
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async write(writer: number): Promise<void> {
    for (let n = 0; !this.isOver; n++) {
      const name = `${writer}-${n}`;
      const key = randomUUID();
      while (!this.isOver) {
        const answer = await this.send("execute", { sql: "INSERT INTO items (name) VALUES ($1)", params: [name] }, key);
        if (answer?.status === 200) {
          this.acknowledged.push(name);
          break;
        }
        if (answer !== null && answer.status !== 503 && answer.status !== 408 && answer.status !== 409) {
          this.wrong.push(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
          break;
        }
        await sleep(50);
      }
    }
  }

  private async read(): Promise<void> {
    for (let last = 0; !this.isOver; await sleep(10)) {
      const sql = `SELECT id, name FROM items WHERE id > ${last} ORDER BY id LIMIT 500`;
      const answer = await this.send("query", { sql });
      if (answer?.status !== 200) continue;
      for (const { id, name } of answer.body.rows as { id: number; name: string }[]) {
        this.seen.add(name);
        last = id;
      }
    }
  }

  /** Null where there was no whole response. */
  private async send(
    path: string,
    body: unknown,
    key?: string,
    // biome-ignore lint/suspicious/noExplicitAny: read field by field
  ): Promise<{ readonly status: number; readonly body: any } | null> {
    const nodes = this.nodes();
    const { url } = nodes[Math.floor(Math.random() * nodes.length)]!;
    try {
      const response = await fetch(`${url}/v1/branches/main/${path}`, {
        method: "POST",
        headers: {
          "x-api-key": API_KEY,
          "content-type": "application/json",
          ...(key && { "idempotency-key": key }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      const answer = { status: response.status, body: await response.json() };
      if (answer.status !== 200) this.last = `${url} ${answer.status} ${JSON.stringify(answer.body)}`;
      return answer;
    } catch (error) {
      this.last = `${url} ${String((error as Error).cause ?? error)}`;
      return null;
    }
  }
}
