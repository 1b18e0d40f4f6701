import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { Connection, type Reply } from "../../faults/connection.js";
import { Flood, rawRequest } from "../../faults/flood.js";
import { figures, IS_SOAK, percentile, times } from "../../faults/times.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

const SECONDS = times(2);
const CONNECTIONS = IS_SOAK ? 3000 : 120;
/** Long enough to be remembered as such wherever this runs. */
const LONG =
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500000) SELECT count(*) AS n FROM n";

let server: ServerProcess | undefined;
let flood: Flood | undefined;
afterEach(async () => {
  await flood?.end();
  flood = undefined;
  await server?.kill();
  await server?.remove();
  server = undefined;
});

async function must(reply: Promise<Reply>): Promise<Reply> {
  const found = await reply;
  if (found.status >= 300) throw new Error(`${found.status} ${JSON.stringify(found.body)}`);
  return found;
}

/** Asks again and again, and remembers what came of it. */
class Prober {
  readonly byStatus = new Map<number, number[]>();
  readonly problems: string[] = [];
  private isOver = false;
  private readonly running: Promise<void>;

  constructor(
    private readonly connection: Connection,
    private readonly ask: (connection: Connection) => Promise<Reply>,
  ) {
    this.running = this.run();
  }

  /** @param cuts whether a request that is under way is cut: it may stand in the queue for long */
  async end(cuts: boolean): Promise<void> {
    this.isOver = true;
    if (cuts) this.connection.cut();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      const from = performance.now();
      let pause = 10;
      try {
        const { status, headers, body } = await this.ask(this.connection);
        this.byStatus.set(status, [...(this.byStatus.get(status) ?? []), performance.now() - from]);
        const isRefusal = status === 503 && body.code === "OVERLOADED" && Number(headers["retry-after"]) >= 1;
        if (isRefusal) pause = Number(headers["retry-after"]) * 1000;
        else if (status !== 200) this.problems.push(`${status} ${JSON.stringify(body)}`);
      } catch (error) {
        if (!this.isOver) this.problems.push(String(error));
      }
      if (!this.isOver) await sleep(pause);
    }
  }
}

/** Times of answers with a status. */
function timesOf(probers: readonly Prober[], status: number): string {
  const sorted = probers.flatMap(({ byStatus }) => byStatus.get(status) ?? []).sort((a, b) => a - b);
  if (sorted.length === 0) return "none";
  const [half, most, all] = [0.5, 0.99, 1].map((part) => percentile(sorted, part).toFixed(1));
  return `${sorted.length} (p50 ${half} ms, p99 ${most}, longest ${all})`;
}

it.each([
  ["long queries", "2"],
  // A crowd that is more than a server can have in hand of these.
  ...(IS_SOAK
    ? ([
        ["long queries", "0"],
        ["writes and reads", "0"],
        ["writes and reads", "2"],
      ] as const)
    : []),
] as const)(
  "past capacity by %s, it refuses at once, serves what it accepted and another tenant, and recovers; %s fronts",
  {
    timeout: 600_000,
  },
  async (what, fronts) => {
    server = await ServerProcess.start({ env: { HELIOSDB_FRONTS: fronts } });
    const { url, port } = server;
    const admin = new Connection(url);
    await must(admin.send("POST", "/v1/tenants", { name: "other" }));
    const made = await must(admin.send("POST", "/v1/auth/keys", { name: "o", scopes: ["write"], tenant_id: "other" }));
    const connections: Connection[] = [admin];
    const open = (key: string) => {
      const connection = new Connection(url, key);
      connections.push(connection);
      return connection;
    };
    const key: string = made.body.key;
    for (const one of [admin, open(key)]) {
      await must(one.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)"));
      await must(one.execute("main", "INSERT INTO t VALUES (1, 'one')"));
    }
    for (let n = 0; n < 3; n++) await must(admin.query("main", LONG));

    const query = rawRequest(API_KEY, "/v1/branches/main/query", { sql: LONG });
    const plain = [
      rawRequest(API_KEY, "/v1/branches/main/execute", { sql: "INSERT INTO t (v) VALUES ('flood')" }),
      rawRequest(API_KEY, "/v1/branches/main/query", { sql: "SELECT count(*) AS n, max(v) AS v FROM t WHERE id < 50" }),
    ];
    flood = Flood.start(port, CONNECTIONS, what === "long queries" ? [query] : plain);
    await sleep(500);
    const ask = (connection: Connection) =>
      what === "long queries"
        ? connection.query("main", LONG)
        : connection.execute("main", "UPDATE t SET v = 'x' WHERE id = 1");
    const same = [0, 1].map(() => new Prober(open(API_KEY), ask));
    const others = [
      (connection: Connection) => connection.query("main", "SELECT v FROM t WHERE id = 1"),
      (connection: Connection) => connection.execute("main", "UPDATE t SET v = 'x' WHERE id = 1"),
      (connection: Connection) => connection.query("main", "SELECT count(*) AS n FROM t"),
    ].map((askOther) => new Prober(open(key), askOther));
    await sleep(SECONDS * 1000);
    for (const prober of same) await prober.end(true);
    for (const prober of others) await prober.end(false);
    const answers = await flood.end();
    flood = undefined;
    await sleep(1100);
    // By itself, and at once.
    expect((await admin.query("main", "SELECT v FROM t WHERE id = 1")).status).toBe(200);
    expect((await admin.execute("main", "UPDATE t SET v = 'y' WHERE id = 1")).status).toBe(200);
    let refusals = 0;
    if (IS_SOAK && what === "long queries") {
      // What clients that are gone have asked for is still in the queue.
      for (let reply = await admin.query("main", LONG); reply.status !== 200; reply = await admin.query("main", LONG)) {
        expect(reply.status).toBe(503);
        refusals++;
        await sleep(1000);
      }
    }
    for (const connection of connections) connection.cut();

    figures(`flood of ${CONNECTIONS} connections, ${what}, fronts ${fronts}`, {
      ...Object.fromEntries(Object.entries(answers).map(([status, count]) => [`${status}:`, count])),
      "same tenant, 503": timesOf(same, 503),
      "same tenant, 200": timesOf(same, 200),
      "other tenant, read by key": timesOf(others.slice(0, 1), 200),
      write: timesOf(others.slice(1, 2), 200),
      aggregate: timesOf(others.slice(2), 200),
      "refusals after it": refusals,
    });
    const refused = (one: Prober) => one.byStatus.get(503)?.length ?? 0;
    expect(answers["503"]).toBeGreaterThan(0);
    // In a short time none of the long ones may be ready.
    if (IS_SOAK) expect(answers["200"]).toBeGreaterThan(0);
    expect(Object.keys({ 200: 0, ...answers })).toEqual(["200", "503"]);
    expect([...same, ...others].flatMap(({ problems }) => problems)).toEqual([]);
    expect(others.map(refused)).toEqual([0, 0, 0]);
    for (const prober of others) expect(prober.byStatus.get(200)!.length).toBeGreaterThan(0);
  },
);
