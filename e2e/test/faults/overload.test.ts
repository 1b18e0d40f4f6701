import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { Connection, type Reply } from "../../faults/connection.js";
import { Flood, rawRequest } from "../../faults/flood.js";
import { figures, IS_SOAK, percentile, times } from "../../faults/times.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

const SECONDS = times(4);
const CONNECTIONS = IS_SOAK ? 3000 : 1500;
/** Takes a third of a second. */
const LONG =
  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500000) SELECT count(*) AS n FROM n";

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

  constructor(ask: () => Promise<Reply>) {
    this.running = this.run(ask);
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async run(ask: () => Promise<Reply>): Promise<void> {
    while (!this.isOver) {
      const from = performance.now();
      try {
        const { status, headers, body } = await ask();
        this.byStatus.set(status, [...(this.byStatus.get(status) ?? []), performance.now() - from]);
        const isRefusal = status === 503 && body.code === "OVERLOADED" && Number(headers["retry-after"]) >= 1;
        if (status !== 200 && !isRefusal) this.problems.push(`${status} ${JSON.stringify(body)}`);
      } catch (error) {
        this.problems.push(String(error));
      }
      await sleep(10);
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
  ["long queries", "0"],
  ["long queries", "2"],
  ["writes and reads", "0"],
  ["writes and reads", "2"],
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
    await sleep(1000);
    const same = [0, 1].map(() => {
      const connection = open(API_KEY);
      return new Prober(() =>
        what === "long queries"
          ? connection.query("main", LONG)
          : connection.execute("main", "UPDATE t SET v = 'x' WHERE id = 1"),
      );
    });
    const others = [
      (connection: Connection) => connection.query("main", "SELECT v FROM t WHERE id = 1"),
      (connection: Connection) => connection.execute("main", "UPDATE t SET v = 'x' WHERE id = 1"),
      (connection: Connection) => connection.query("main", "SELECT count(*) AS n FROM t"),
    ].map((ask) => {
      const connection = open(key);
      return new Prober(() => ask(connection));
    });
    await sleep(SECONDS * 1000);
    for (const prober of [...same, ...others]) await prober.end();
    const answers = await flood.end();
    flood = undefined;
    await sleep(1100);
    // By itself, and at once.
    expect((await admin.query("main", LONG)).status).toBe(200);
    expect((await admin.execute("main", "UPDATE t SET v = 'y' WHERE id = 1")).status).toBe(200);
    for (const connection of connections) connection.cut();

    figures(`flood of ${CONNECTIONS} connections, ${what}, fronts ${fronts}`, {
      ...Object.fromEntries(Object.entries(answers).map(([status, count]) => [`${status}:`, count])),
      "same tenant, 503": timesOf(same, 503),
      "same tenant, 200": timesOf(same, 200),
      "other tenant, read by key": timesOf(others.slice(0, 1), 200),
      write: timesOf(others.slice(1, 2), 200),
      aggregate: timesOf(others.slice(2), 200),
    });
    const refused = (one: Prober) => one.byStatus.get(503)?.length ?? 0;
    expect(answers["200"]).toBeGreaterThan(0);
    expect(answers["503"]).toBeGreaterThan(0);
    expect(Object.keys(answers).sort()).toEqual(["200", "503"]);
    expect([...same, ...others].flatMap(({ problems }) => problems)).toEqual([]);
    expect(others.map(refused)).toEqual([0, 0, 0]);
    for (const prober of others) expect(prober.byStatus.get(200)!.length).toBeGreaterThan(0);
  },
);
