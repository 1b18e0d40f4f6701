import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RateLimitConfig, RateLimitMiddleware } from "../../dist/index.js";
import { Connection, connectionsToAll, processOf } from "../support/fronts.js";
import { call, execute, get } from "../support/http.js";
import { MetricsText } from "../support/prometheus.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const SHORT = "SELECT v FROM t WHERE id = 1";
let server: TestServer;
let connections: Connection[] = [];
beforeAll(async () => {
  server = await startServer({ server: { fronts: 2 } });
  await execute(server, "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)");
  await execute(server, "INSERT INTO t VALUES (1, 0)");
});
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
});
afterAll(() => server?.remove());

const readValue = (text: string): number => JSON.parse(text).rows[0].v;

describe("a write that was acknowledged on one connection", () => {
  it("is read at once on all others, through whichever front, while they are busy", async () => {
    connections = await connectionsToAll(server.url, 2, 4, SHORT);
    let acknowledged = 0;
    let over = false;
    const wrong: string[] = [];
    const servedBy = new Set<string>();
    const reading = connections.slice(1).map(async (connection) => {
      while (!over) {
        const least = acknowledged;
        const reply = await connection.query(SHORT);
        servedBy.add(processOf(reply));
        if (reply.status !== 200 || readValue(reply.text) < least) wrong.push(`${least}: ${reply.text}`);
      }
    });
    for (let v = 1; v <= 150; v++) {
      const reply = await connections[0]!.execute(`UPDATE t SET v = ${v} WHERE id = 1`);
      expect(reply.status).toBe(200);
      acknowledged = v;
      const replies = await Promise.all(connections.slice(1, 3).map((connection) => connection.query(SHORT)));
      for (const { text } of replies) expect(readValue(text)).toBe(v);
    }
    over = true;
    await Promise.all(reading);
    expect(wrong).toEqual([]);
    expect(servedBy.size).toBeGreaterThanOrEqual(2);
  });

  it("is read as it is after the schema, the branch or its name has changed", async () => {
    connections = await connectionsToAll(server.url, 2, 1, SHORT);
    const all = async (sql: string, branch: string) =>
      Promise.all(
        connections.map(async (each) => {
          const reply = await each.send("POST", `/v1/branches/${branch}/query`, JSON.stringify({ sql }));
          return reply.status === 200 ? JSON.parse(reply.text).rows : reply.status;
        }),
      );
    const settle = async (sql: string, branch: string) => {
      for (let times = 0; times < 20; times++) await all(sql, branch);
    };
    await call(server, "POST", "/v1/branches", { name: "b1" });
    await execute(server, "UPDATE t SET v = -1", "b1");
    await settle(SHORT, "b1");
    expect(await all(SHORT, "b1")).toEqual([[{ v: -1 }], [{ v: -1 }]]);
    await execute(server, "ALTER TABLE t RENAME COLUMN v TO w", "b1");
    expect(await all(SHORT, "b1")).toEqual([422, 422]);
    await execute(server, "ALTER TABLE t RENAME COLUMN w TO v", "b1");
    await settle(SHORT, "b1");
    await call(server, "PATCH", "/v1/branches/b1", { name: "b2" });
    expect(await all(SHORT, "b1")).toEqual([404, 404]);
    await settle(SHORT, "b2");
    await call(server, "DELETE", "/v1/branches/b2");
    expect(await all(SHORT, "b2")).toEqual([404, 404]);
    await call(server, "POST", "/v1/branches", { name: "b2" });
    const [[{ v }]] = (await all(SHORT, "b2")) as [[{ v: number }]];
    expect(v).toBeGreaterThanOrEqual(0);
  });
});

describe("what a front answers", () => {
  it("is counted once, and shown by any front", async () => {
    connections = await connectionsToAll(server.url, 2, 1, SHORT);
    const labels = { surface: "v1", operation: "query", method: "POST", status: "2xx" };
    const counted = async () => {
      const page = new MetricsText((await get(server, "/metrics")).body);
      const requests = page.value("heliosdb_http_requests_total", labels);
      return { requests, engine: page.value("heliosdb_engine_requests_total", { pool: "readers" }), page };
    };
    const before = await counted();
    for (let times = 0; times < 25; times++) {
      for (const connection of connections) expect((await connection.query(SHORT)).status).toBe(200);
    }
    const after = await counted();
    expect(after.requests - before.requests).toBe(50);
    expect(after.engine - before.engine).toBeGreaterThanOrEqual(50);
    expect(after.page.value("heliosdb_http_requests_in_flight")).toBe(1);
    for (const front of ["1", "2"]) {
      expect(after.page.value("heliosdb_front_ready", { front })).toBe(1);
      expect(after.page.value("heliosdb_front_cpu_seconds_total", { front })).toBeGreaterThan(0);
      expect(after.page.value("heliosdb_front_resident_memory_bytes", { front })).toBeGreaterThan(1e7);
    }
  });
});

describe("rate limits with fronts", () => {
  let limited: TestServer;
  beforeAll(async () => {
    limited = await startServer({
      server: { fronts: 2, trustedProxies: ["127.0.0.1"] },
      // Hardly refilled while the test runs.
      limits: new RateLimitMiddleware(new RateLimitConfig(1, 3600, 400)),
    });
    await execute(limited, "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)");
    await execute(limited, "INSERT INTO t VALUES (1, 0)");
  });
  afterAll(() => limited?.remove());

  it("count a caller's queries together, wherever they are answered", async () => {
    // The admin's bucket pays for getting to both fronts.
    connections = await connectionsToAll(limited.url, 2, 2, SHORT);
    const replies = await Promise.all(
      connections.flatMap((connection) =>
        Array.from({ length: 120 }, () => connection.query(SHORT, { key: KEYS.read })),
      ),
    );
    const statuses = replies.map(({ status }) => status).sort();
    // Up to a tenth of the bucket may lie with the other front, for a second.
    const served = statuses.filter((status) => status === 200).length;
    expect(served).toBeGreaterThanOrEqual(400 - 40);
    expect(served).toBeLessThanOrEqual(400);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    const refused = replies.find(({ status }) => status === 429)!;
    expect(refused.headers["x-ratelimit-limit"]).toBe("1");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(1);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    // What a front had left has gone back.
    const later = await Promise.all(Array.from({ length: 45 }, () => connections[0]!.query(SHORT, { key: KEYS.read })));
    expect(served + later.filter(({ status }) => status === 200).length).toBe(400);
  });

  it("count wrong credentials by the client's address, whatever it says of itself", async () => {
    const connection = new Connection(limited.url);
    connections.push(connection);
    const guess = async (headers: Record<string, string>) => {
      const options = { key: "wrong", headers };
      return (await connection.send("POST", "/v1/branches/main/query", JSON.stringify({ sql: SHORT }), options)).status;
    };
    const mine = { "x-forwarded-for": "198.51.100.7" };
    const statuses: number[] = [];
    for (let times = 0; times < 6; times++) {
      const lie = { ...mine, "x-helios-front": `http 203.0.113.${times}` };
      statuses.push(await guess(lie));
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await guess({ "x-forwarded-for": "198.51.100.8" })).toBe(401);
  });
});

describe("an audit entry", () => {
  it("has the client's address", async () => {
    connections = await connectionsToAll(server.url, 2, 1, SHORT);
    await connections[1]!.execute("UPDATE t SET v = v", { headers: { "x-helios-front": "http 203.0.113.9" } });
    const { body } = await get(server, "/v1/audit?limit=1");
    expect(body.entries[0]).toMatchObject({ operation: "execute", address: "127.0.0.1" });
  });
});
