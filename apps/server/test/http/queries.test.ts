import { request } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Answer, type CallOptions, call, execute, get, must, post, rows } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

/** Runs until it is stopped. */
const ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
const SLOW_INSERT = `INSERT INTO items (v) ${ENDLESS}`;

let server: TestServer;
const begun: Promise<unknown>[] = [];
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, v)");
});
afterEach(async () => {
  const { queries } = (await get(server, "/v1/queries")).body;
  await Promise.all(queries.map(({ query_id }: { query_id: string }) => cancel(query_id)));
  await Promise.all(begun.splice(0));
});
afterAll(() => server?.remove());

const cancel = (id: string, options?: CallOptions) => call(server, "DELETE", `/v1/queries/${id}`, undefined, options);
const key = async (body: object): Promise<string> => (await must(server, "POST", "/v1/auth/keys", body)).key;
const listed = async (options?: CallOptions) => (await get(server, "/v1/queries", options)).body.queries;

let nextId = 0;
/** Sends a request that takes long, and waits until it is listed. */
async function begin(path: string, body: object, options: CallOptions = {}) {
  const id = `q-${++nextId}`;
  const answer = post(server, path, body, { ...options, headers: { "x-request-id": id, ...options.headers } });
  begun.push(answer.catch(() => {}));
  await expect.poll(async () => (await listed()).map(({ query_id }: { query_id: string }) => query_id)).toContain(id);
  return { id, answer };
}
const query = (options?: CallOptions) => begin("/v1/branches/main/query", { sql: ENDLESS }, options);

function expectCancelled(answer: Answer) {
  expect(answer).toMatchObject({ status: 409, body: { code: "QUERY_CANCELLED" } });
}

describe("running queries", () => {
  it("are listed with whose they are, and cancelled by id", async () => {
    const { id, answer } = await query();
    const [found] = await listed();
    expect(found).toMatchObject({
      ...{ query_id: id, operation: "query", branch: "main", sql: ENDLESS, user_id: "ann", state: "running" },
      ...{ started_at: expect.any(Number), elapsed_ms: expect.any(Number) },
    });
    expect((await cancel(id)).body).toEqual({ query_id: id, outcome: "cancelled" });
    expectCancelled(await answer);
    expect(await listed()).toEqual([]);
    expect(await cancel(id)).toMatchObject({ status: 404, body: { code: "QUERY_NOT_FOUND" } });
  });

  it("show the beginning of a long text, and the statements of a batch", async () => {
    const long = `${ENDLESS} WHERE 'x' <> '${"y".repeat(2000)}'`;
    const { id } = await begin("/v1/branches/main/query", { sql: long });
    expect((await listed())[0].sql).toBe(`${long.slice(0, 1000)}…`);
    await cancel(id);
    await begin("/v1/branches/main/batch", { statements: [{ sql: "DELETE FROM items" }, { sql: SLOW_INSERT }] });
    expect((await listed())[0]).toMatchObject({ sql: `DELETE FROM items;\n${SLOW_INSERT}`, operation: "executeBatch" });
  });

  it("are listed in the other dialect, too", async () => {
    const { id } = await query();
    const accept = "application/vnd.heliosdb.v1+json";
    const { body } = await get(server, "/v1/queries", { accept });
    expect(body.data.queries[0]).toMatchObject({ query_id: id, started_at: expect.stringMatching(/Z$/) });
    expect((await cancel(id, { accept })).body.data).toEqual({ query_id: id, outcome: "cancelled" });
  });

  it("of which nothing is written when a write is cancelled, while it runs or waits", async () => {
    const running = await begin("/v1/branches/main/execute", { sql: SLOW_INSERT });
    const waiting = await begin("/v1/branches/main/tables/items/data", { rows: [{ v: "waiting" }] });
    expect((await cancel(waiting.id)).body.outcome).toBe("cancelled");
    expectCancelled(await waiting.answer);
    expect((await cancel(running.id)).body.outcome).toBe("cancelled");
    expectCancelled(await running.answer);
    expect(await rows(server, "SELECT * FROM items")).toEqual([]);
  });

  it("can be sent again with their Idempotency-Key after they were cancelled", async () => {
    const { id, answer } = await begin(
      "/v1/branches/main/execute",
      { sql: SLOW_INSERT },
      { headers: { "idempotency-key": "again" } },
    );
    await cancel(id);
    expectCancelled(await answer);
    const again = await begin(
      "/v1/branches/main/execute",
      { sql: SLOW_INSERT },
      { headers: { "idempotency-key": "again" } },
    );
    await cancel(again.id);
    expectCancelled(await again.answer);
  });

  it("take their transaction with them where they are statements of one that writes", async () => {
    const { transaction_id } = await must(server, "POST", "/v1/branches/main/transactions");
    const { id, answer } = await begin("/v1/branches/main/execute", { sql: SLOW_INSERT, transaction_id });
    expect((await cancel(id)).body.outcome).toBe("cancelled");
    expect((await answer).body.code).toBe("TRANSACTION_LOST");
  });

  it("that are streamed end with an error as their last line", async () => {
    const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c";
    const accept = "application/x-ndjson";
    const id = "streamed";
    const response = await fetch(`${server.url}/v1/branches/main/query`, {
      method: "POST",
      headers: { "x-api-key": KEYS.admin, "content-type": "application/json", "x-request-id": id, accept },
      body: JSON.stringify({ sql: endless }),
    });
    const text = response.text();
    expect((await listed())[0]).toMatchObject({ query_id: id, sql: endless });
    expect((await cancel(id)).body.outcome).toBe("cancelled");
    const lines = (await text).trim().split("\n");
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ code: "QUERY_CANCELLED" });
    expect(await listed()).toEqual([]);
  });

  it("that have no rows yet are cancelled before their stream begins", async () => {
    const { id, answer } = await query({ accept: "application/x-ndjson" });
    expect((await cancel(id)).body.outcome).toBe("cancelled");
    expect(await answer).toMatchObject({ status: 409 });
  });

  /** Sends a request, waits until it is listed, and ends its connection. */
  async function beginAndLeave(path: string, body: object, headers: Record<string, string> = {}): Promise<void> {
    const all = { "x-api-key": KEYS.admin, "content-type": "application/json", ...headers };
    const sent = request(server.url + path, { method: "POST", headers: all, agent: false });
    sent.on("error", () => {}).end(JSON.stringify(body));
    await expect.poll(listed).toHaveLength(1);
    sent.destroy();
  }

  it("end when their client goes away, where they only read, in each API", async () => {
    await beginAndLeave("/v1/branches/main/query", { sql: ENDLESS });
    await expect.poll(listed).toEqual([]);
    await beginAndLeave("/v1/branches/main/query", { sql: ENDLESS }, { accept: "application/x-ndjson" });
    await expect.poll(listed).toEqual([]);
    await beginAndLeave("/db/query?level=none", [ENDLESS]);
    await expect.poll(listed).toEqual([]);
    const bearer = { authorization: `Bearer ${KEYS.admin}` };
    const requests = [{ type: "execute", stmt: { sql: ENDLESS } }, { type: "close" }];
    await beginAndLeave("/hrana/main/v2/pipeline", { baton: null, requests }, bearer);
    await expect.poll(listed).toEqual([]);
  });

  it("are listed, and can be cancelled, after their client has gone away, where they write", async () => {
    await beginAndLeave("/v1/branches/main/execute", { sql: SLOW_INSERT }, { "x-request-id": "gone" });
    // By now it has been noticed that its connection has ended.
    await expect.poll(async () => (await get(server, "/metrics")).body).toMatch(/requests_in_flight\S* 1$/m);
    expect(await listed()).toHaveLength(1);
    expect((await cancel("gone")).body.outcome).toBe("cancelled");
    expect(await listed()).toEqual([]);
  });

  it("that have the same id are all cancelled", async () => {
    const headers = { "x-request-id": "twins" };
    const twins = [ENDLESS, `${ENDLESS} LIMIT 1`].map((sql) =>
      post(server, "/v1/branches/main/query", { sql }, { headers }),
    );
    await expect.poll(listed).toHaveLength(2);
    expect((await cancel("twins")).body.outcome).toBe("cancelled");
    for (const answer of await Promise.all(twins)) expectCancelled(answer);
  });
});

describe("whoever isn't an administrator", () => {
  it("sees and cancels their own queries only", async () => {
    const [mine, theirs] = [await key({ name: "a", scopes: ["read"] }), await key({ name: "b", scopes: ["read"] })];
    const own = await query({ key: mine });
    const other = await query({ key: theirs });
    expect(await listed({ key: mine })).toMatchObject([{ query_id: own.id }]);
    expect(await cancel(other.id, { key: mine })).toMatchObject({ status: 404, body: { code: "QUERY_NOT_FOUND" } });
    expect((await cancel(own.id, { key: mine })).body.outcome).toBe("cancelled");
    expectCancelled(await own.answer);
    expect(await listed()).toMatchObject([{ query_id: other.id }]);
  });

  it("sees nothing of branches that their key is not for", async () => {
    await must(server, "POST", "/v1/branches", { name: "seen" });
    const limited = await key({ name: "c", scopes: ["read"], branches: ["seen"] });
    const other = await query();
    const own = await begin("/v1/branches/seen/query", { sql: ENDLESS }, { key: limited });
    expect(await listed({ key: limited })).toMatchObject([{ query_id: own.id, branch: "seen" }]);
    expect((await cancel(other.id, { key: limited })).status).toBe(404);
    expect((await cancel(own.id, { key: limited })).body.outcome).toBe("cancelled");
  });

  it("needs to be known", async () => {
    expect((await get(server, "/v1/queries", { key: null })).status).toBe(401);
    expect((await cancel("x", { key: null })).status).toBe(401);
  });
});
