import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../../packages/store/test/support/postgres.js";
import { TestStore } from "../../../packages/store/test/support/test-store.js";
import { figures, IS_SOAK, times } from "../../faults/times.js";
import { ServerNode, SHORT_LEASE } from "../../support/cell.js";
import { callAs, must } from "../../support/http.js";
import { runProgram } from "../../support/program.js";

const MAIN = resolve(import.meta.dirname, "../../../apps/server/dist/bundle/main.js");
const SECRETS = {
  HELIOSDB_JWT_SECRET: "the same in all cells, as long as it is",
  HELIOSDB_SIGNING_KEY: "so is this one, of 32 characters",
};
const TENANTS = Number(process.env.SOAK_TENANTS ?? 1000);
const MOVES = times(3);
const WRITERS = 6;

interface Tenant {
  readonly name: string;
  readonly key: string;
  cell: number;
  readonly acknowledged: string[];
  /** Nobody expects it to answer at once. */
  isMoving: boolean;
}

/** The active node of a cell, and its standby. */
interface TestCell {
  readonly name: string;
  nodes: [ServerNode, ServerNode];
  isDisturbed: boolean;
}

// Only with `npm run soak -- tenants`; many.test.ts moves tenants in every run.
describe.skipIf(PROGRAMS === null || !IS_SOAK)("tenants of three cells", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  it("are used through any node and moved, while nodes are killed, and the others notice nothing", {
    timeout: 10_800_000,
  }, async () => {
    const run = randomUUID().slice(0, 8);
    const started: ServerNode[] = [];
    const start = async (cell: string, node: string, before?: ServerNode) => {
      const options = before && { dataDir: before.dataDir, port: before.port };
      const made = await ServerNode.start({
        urls: store.urls,
        cell,
        node,
        env: { ...SECRETS, ...SHORT_LEASE },
        ...options,
      });
      started.push(made);
      return made;
    };
    const cells: TestCell[] = [];
    try {
      for (const letter of ["a", "b", "c"]) {
        const name = `${letter}-${run}`;
        const active = await start(name, `${letter}1`);
        await active.isActive();
        cells.push({ name, nodes: [active, await start(name, `${letter}2`)], isDisturbed: false });
      }
      const tenants = await made(run, cells);
      const load = new Load(cells, tenants);
      const waits: number[] = [];
      const kills: string[] = [];
      // One cell after the other loses its active node, until all moves are done.
      let areMoved = false;
      const killing = (async () => {
        for (let round = 0; !areMoved; round++) {
          await sleep(5000);
          const cell = cells[round % cells.length]!;
          cell.isDisturbed = true;
          const [active, standby] = cell.nodes;
          await standby.isFollowing();
          await active.kill();
          kills.push(active.name);
          await standby.isActive();
          cell.nodes = [standby, await start(cell.name, active.name, active)];
          await sleep(1000);
          cell.isDisturbed = false;
        }
      })();
      const moving = async (share: number) => {
        for (let i = share; i < MOVES; i += 3) {
          const tenant = tenants[i % tenants.length]!;
          const target = (tenant.cell + 1 + (i % 2)) % cells.length;
          const from = performance.now();
          tenant.isMoving = true;
          const args = [MAIN, "tenant", "move", tenant.name, "--to", cells[target]!.name];
          const { code, stderr, stdout } = await runProgram(process.execPath, [
            ...args,
            ...["--store-urls", store.urls.join(",")],
          ]);
          expect([code, stderr], stdout).toEqual([0, ""]);
          tenant.cell = target;
          await load.writesTo(tenant);
          tenant.isMoving = false;
          waits.push((performance.now() - from) / 1000);
        }
      };
      await Promise.all([moving(0), moving(1), moving(2)]).finally(() => {
        areMoved = true;
      });
      await killing;
      await load.stop();
      for (const { nodes } of cells) await nodes[0].isActive();

      expect(load.odd).toEqual([]);
      expect(load.disturbed).toEqual([]);
      let rows = 0;
      for (const tenant of tenants) {
        const there = await load.rowsOf(tenant);
        rows += there.length;
        expect([tenant.name, new Set(there).size]).toEqual([tenant.name, there.length]);
        expect([tenant.name, tenant.acknowledged.filter((row) => !there.includes(row))]).toEqual([tenant.name, []]);
      }
      const counts = await store.primary.run(
        "SELECT cell, count(*)::int AS n FROM helios.tenant WHERE cell LIKE $1 GROUP BY cell ORDER BY cell",
        [`%${run}`],
      );
      expect(counts.map(({ n }) => Number(n)).reduce((a, b) => a + b)).toBe(tenants.length);
      for (const [i, cell] of cells.entries()) {
        const { tenants: listed } = await must(cell.nodes[0], "GET", "/v1/tenants");
        const own = tenants.filter((tenant) => tenant.cell === i).map(({ name }) => name);
        expect(listed.map(({ name }: { name: string }) => name).sort()).toEqual(["default", ...own].sort());
      }
      const sorted = waits.sort((a, b) => a - b);
      figures("tenants of three cells", {
        tenants: tenants.length,
        moved: waits.length,
        "nodes killed": kills.length,
        "rows acknowledged": rows,
        "requests of others": load.others,
        "longest request of others, ms": Math.round(load.longest),
        "seconds of a move until the next write, median": Number(sorted[sorted.length >> 1]!.toFixed(1)),
        "seconds of a move until the next write, longest": Number(sorted.at(-1)!.toFixed(1)),
      });
    } finally {
      for (const node of started) await node.kill();
      for (const node of started) node.removeData();
    }
  });
});

/** Tenants with a table, in turn in each of the cells. */
async function made(run: string, cells: readonly TestCell[]): Promise<Tenant[]> {
  const tenants: Tenant[] = [];
  const make = async (share: number) => {
    for (let i = share; i < TENANTS; i += 8) {
      const cell = i % cells.length;
      const node = cells[cell]!.nodes[0];
      const name = `tenant-${i}-${run}`;
      await must(node, "POST", "/v1/tenants", { name });
      const { key } = await must(node, "POST", "/v1/auth/keys", { name: "k", tenant_id: name, scopes: ["admin"] });
      const sql = "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE)";
      const any = cells[(cell + 1) % cells.length]!.nodes[i % 2]!;
      expect((await callAs(key, any, "POST", "/v1/branches/main/execute", { sql })).status).toBe(200);
      tenants[i] = { name, key, cell, acknowledged: [], isMoving: false };
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, share) => make(share)));
  return tenants;
}

/** Clients of tenants that come and go, and of some that nothing happens to. */
class Load {
  readonly odd: unknown[] = [];
  /** What tenants heard of to which nothing happened. */
  readonly disturbed: unknown[] = [];
  others = 0;
  longest = 0;
  private isOver = false;
  private readonly running: Promise<unknown>;

  constructor(
    private readonly cells: readonly TestCell[],
    private readonly tenants: readonly Tenant[],
  ) {
    this.running = Promise.all(Array.from({ length: WRITERS }, (_, writer) => this.write(writer)));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  async rowsOf({ key }: Tenant): Promise<string[]> {
    const sql = "SELECT name FROM items ORDER BY id";
    const { body } = await callAs(key, this.cells[0]!.nodes[0], "POST", "/v1/branches/main/query", { sql });
    return body.rows.map(({ name }: { name: string }) => name);
  }

  /** Resolves when a row has been written that was sent from now on. */
  async writesTo(tenant: Tenant): Promise<void> {
    const row = `after a move ${randomUUID()}`;
    await this.insist(tenant, row);
  }

  private async write(writer: number): Promise<void> {
    for (let n = 0; !this.isOver; n++) {
      // Half of the requests are for those that are moved.
      const among = n % 2 === 0 ? Math.min(MOVES, this.tenants.length) : this.tenants.length;
      const tenant = this.tenants[Math.floor(Math.random() * among)]!;
      await this.insist(tenant, `${writer}-${n}`);
    }
  }

  private async insist(tenant: Tenant, row: string): Promise<void> {
    const key = randomUUID();
    for (let attempt = 0; ; attempt++) {
      if (attempt > 3000) throw new Error(`${tenant.name} is not served`);
      const via = Math.floor(Math.random() * this.cells.length);
      const cell = this.cells[via]!;
      const isQuiet = () => !tenant.isMoving && !cell.isDisturbed && !this.cells[tenant.cell]!.isDisturbed;
      const wasQuiet = isQuiet();
      const node = cell.nodes[Math.floor(Math.random() * 2)]!;
      const from = performance.now();
      const body = { sql: "INSERT INTO items (name) VALUES ($1)", params: [row] };
      const headers = { "idempotency-key": key };
      const answer = await callAs(tenant.key, node, "POST", "/v1/branches/main/execute", body, headers).catch(
        (error: Error) => ({ status: 0, body: String(error.cause ?? error) }),
      );
      if (wasQuiet && isQuiet()) {
        this.others++;
        this.longest = Math.max(this.longest, performance.now() - from);
        if (answer.status !== 200) this.disturbed.push([node.name, answer.status, answer.body]);
      }
      if (answer.status === 200) {
        tenant.acknowledged.push(row);
        return;
      }
      if (![0, 409, 503].includes(answer.status)) {
        this.odd.push([tenant.name, row, node.name, answer.status, answer.body]);
        return;
      }
      await sleep(30);
    }
  }
}
