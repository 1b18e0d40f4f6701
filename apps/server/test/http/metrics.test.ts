import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RateLimitConfig, RateLimitMiddleware } from "../../dist/index.js";
import { call, execute, get, must, post } from "../support/http.js";
import { MetricsText } from "../support/prometheus.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const FOREVER = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
const QUERY = "/v1/branches/main/query";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.remove());

async function scrape(of: { url: string } = server): Promise<MetricsText> {
  const answer = await get(of, "/metrics", { key: null });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
  ]);
  return new MetricsText(answer.body);
}

/** Waits until something holds; the test's own time limit bounds it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("/metrics", () => {
  it("counts sizes: databases, branches, bytes, and how far back one can read", async () => {
    // Before anything else here: sizes are counted again only after a while.
    await execute(server, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
    await must(server, "POST", "/v1/branches", { name: "a-branch-nobody-should-see" });
    expect((await get(server, "/v1/branches", { key: KEYS.other })).body.total).toBe(1);
    const page = await scrape();
    expect(page.value("heliosdb_databases")).toBe(2);
    expect(page.value("heliosdb_branches")).toBe(3);
    expect(page.value("heliosdb_storage_bytes", { kind: "branches" })).toBeGreaterThan(4096);
    expect(page.value("heliosdb_storage_bytes", { kind: "record" })).toBeGreaterThan(4096);
    expect(page.value("heliosdb_storage_bytes", { kind: "catalog" })).toBeGreaterThan(4096);
    expect(page.value("heliosdb_history_age_seconds")).toBeGreaterThan(0);
    expect(page.types.get("heliosdb_storage_bytes")).toBe("gauge");
  });

  it("counts requests by operation, method and class of status", async () => {
    const before = await scrape();
    for (let n = 0; n < 3; n++) await must(server, "POST", QUERY, { sql: "SELECT 1" });
    await post(server, QUERY, { sql: "SELEC 1" });
    await call(server, "HEAD", "/v1/branches");
    await get(server, "/nowhere");
    const after = await scrape();
    const more = (labels: Record<string, string>) => {
      const name = "heliosdb_http_requests_total";
      return after.value(name, labels) - before.value(name, labels);
    };
    expect(more({ surface: "v1", operation: "query", method: "POST", status: "2xx" })).toBe(3);
    expect(more({ surface: "v1", operation: "query", method: "POST", status: "4xx" })).toBe(1);
    expect(more({ surface: "v1", operation: "listBranches", method: "HEAD", status: "2xx" })).toBe(1);
    expect(more({ surface: "v1", operation: "none", method: "GET", status: "4xx" })).toBe(1);
    expect(more({ surface: "v1", operation: "getMetrics", method: "GET", status: "2xx" })).toBe(1);
    expect(after.value("heliosdb_engine_requests_total", { pool: "readers" })).toBeGreaterThan(
      before.value("heliosdb_engine_requests_total", { pool: "readers" }),
    );
  });

  it("counts transactions that are open, that wait for their branch, and how they ended", async () => {
    const figures = async () => {
      const page = await scrape();
      const ended = ["committed", "rolled_back", "expired", "lost"].map((outcome) =>
        page.value("heliosdb_transactions_ended_total", { outcome }),
      );
      const open = page.value("heliosdb_transactions_open");
      return { open, waiting: page.value("heliosdb_transactions_waiting"), ended };
    };
    const transactions = "/v1/branches/main/transactions";
    const begin = async (body: object = {}) => (await must(server, "POST", transactions, body)).transaction_id;
    expect(await figures()).toEqual({ open: 0, waiting: 0, ended: [0, 0, 0, 0] });
    const first = await begin();
    const second = begin({ wait_ms: 60_000 });
    await until(async () => (await figures()).waiting === 1);
    expect(await figures()).toEqual({ open: 2, waiting: 1, ended: [0, 0, 0, 0] });
    const busy = await post(server, transactions, { wait_ms: 1 });
    expect(busy.body.code).toBe("BRANCH_BUSY");
    await must(server, "POST", `${transactions}/${first}/commit`);
    await must(server, "POST", `${transactions}/${await second}/rollback`);
    await begin({ idle_ms: 1 });
    await until(async () => (await figures()).open === 0);
    const lost = await begin();
    const statement = { sql: `INSERT INTO t (v) ${FOREVER}`, transaction_id: lost, timeout_ms: 100 };
    expect((await post(server, "/v1/branches/main/execute", statement)).body.code).toBe("TRANSACTION_LOST");
    expect(await figures()).toEqual({ open: 0, waiting: 0, ended: [1, 1, 1, 1] });
  });

  it("has histograms that add up", async () => {
    const page = await scrape();
    const labels = { surface: "v1", operation: "query", method: "POST" };
    const name = "heliosdb_http_request_duration_seconds";
    const buckets = page.buckets(name, labels);
    expect(buckets.at(-1)?.[0]).toBe("+Inf");
    const counts = buckets.map(([, count]) => count);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts.at(-1)).toBe(page.value(`${name}_count`, labels));
    expect(page.value(`${name}_count`, labels)).toBeGreaterThanOrEqual(4);
    expect(page.value(`${name}_sum`, labels)).toBeGreaterThan(0);
  });

  it("shows what is under way, and what its client did not wait for", async () => {
    const leave = new AbortController();
    const waiting = fetch(server.url + QUERY, {
      method: "POST",
      headers: { "x-api-key": "sk_test_admin_key", "content-type": "application/json" },
      body: JSON.stringify({ sql: FOREVER, timeout_ms: 3000 }),
      signal: leave.signal,
    }).catch(() => null);
    // The scrape itself is one.
    await until(async () => (await scrape()).value("heliosdb_http_requests_in_flight") === 2);
    expect((await scrape()).value("heliosdb_engine_in_hand", { pool: "readers" })).toBe(1);
    leave.abort();
    await waiting;
    const labels = { surface: "v1", operation: "query", method: "POST", status: "aborted" };
    await until(async () => (await scrape()).value("heliosdb_http_requests_total", labels) === 1);
    expect((await scrape()).value("heliosdb_http_requests_in_flight")).toBe(1);
  });

  it("counts deadlines, the processes that end for them, and those in their place", async () => {
    const before = await scrape();
    expect((await post(server, QUERY, { sql: FOREVER, timeout_ms: 300 })).status).toBe(408);
    const slowWrite = { sql: `INSERT INTO t (v) ${FOREVER}`, timeout_ms: 300 };
    expect((await post(server, "/v1/branches/main/execute", slowWrite)).status).toBe(408);
    const more = (after: MetricsText, name: string, labels: Record<string, string>) =>
      after.value(name, labels) - before.value(name, labels);
    await until(async () => {
      const page = await scrape();
      return (
        more(page, "heliosdb_engine_deadline_kills_total", { pool: "readers" }) >= 1 &&
        more(page, "heliosdb_engine_deadline_kills_total", { pool: "writers" }) >= 1 &&
        more(page, "heliosdb_engine_process_restarts_total", { kind: "reader" }) >= 1 &&
        more(page, "heliosdb_engine_process_restarts_total", { kind: "writer" }) >= 1
      );
    });
    const after = await scrape();
    expect(more(after, "heliosdb_engine_timeouts_total", { pool: "writers" })).toBe(1);
    expect(after.value("heliosdb_engine_processes", { kind: "reader" })).toBeGreaterThanOrEqual(2);
  });

  it("counts how many operations share a commit", async () => {
    const name = "heliosdb_engine_commit_group_size";
    const before = await scrape();
    await Promise.all(Array.from({ length: 40 }, (_, n) => execute(server, `INSERT INTO t (v) VALUES ('row ${n}')`)));
    const after = await scrape();
    const groups = after.value(`${name}_count`) - before.value(`${name}_count`);
    expect(after.value(`${name}_sum`) - before.value(`${name}_sum`)).toBe(40);
    expect(groups).toBeGreaterThanOrEqual(1);
    expect(groups).toBeLessThan(40);
    expect(after.buckets(name).map(([bound]) => bound)).toEqual("1 2 4 8 16 32 64 128 256 +Inf".split(" "));
    expect(after.buckets(name).at(-1)?.[1]).toBe(after.value(`${name}_count`));
  });

  it("counts refusals by rate limits", async () => {
    const limited = await startServer({ limits: new RateLimitMiddleware(new RateLimitConfig(2, 60, 2)) });
    try {
      for (let n = 0; n < 5; n++) await get(limited, "/v1/branches");
      const page = await scrape(limited);
      expect(page.value("heliosdb_rate_limit_refusals_total", { class: "read" })).toBe(3);
      expect(page.value("heliosdb_rate_limit_refusals_total", { class: "public" })).toBe(0);
    } finally {
      await limited.remove();
    }
  });

  it("tells what runs, and of the process", async () => {
    const page = await scrape();
    const { body } = await get(server, "/version", { key: null });
    expect(page.value("heliosdb_build_info", { version: body.version, node: process.version })).toBe(1);
    for (const name of [
      "process_cpu_seconds_total",
      "process_resident_memory_bytes",
      "nodejs_eventloop_lag_p99_seconds",
    ])
      expect([name, page.types.has(name)]).toEqual([name, true]);
    if (process.platform === "linux")
      expect(page.value("heliosdb_engine_resident_memory_bytes", { kind: "writer" })).toBeGreaterThan(1e6);
  });

  it("names no tenant, no branch, no key", async () => {
    await get(server, "/v1/branches/a-branch-nobody-should-see");
    const { body } = await get(server, "/metrics", { key: null });
    expect(body).not.toMatch(/nobody-should-see|tenant456|default"|main"|k_admin|sk_test|127\.0\.0\.1/);
  });
});
