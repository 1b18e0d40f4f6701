import { afterAll, beforeAll, expect, it } from "vitest";
import { EventClient } from "../support/event-stream.js";
import { call, execute, get, must, post } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ server: { fronts: 2 } });
  await execute(server, "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)");
});
afterAll(() => server?.remove());

it("events reach clients of every front, and stop when the key is revoked or the client goes away", async () => {
  const made = await must(server, "POST", "/v1/auth/keys", { name: "k", scopes: ["read"] });
  const clients = await Promise.all(Array.from({ length: 8 }, () => EventClient.open(server, "", { key: made.key })));
  const { scn } = await execute(server, "INSERT INTO t VALUES (1, 1)");
  for (const client of clients) expect((await client.until(1))[0]!.data.data.scn).toBe(scn);
  clients.pop()!.close();
  await must(server, "DELETE", `/v1/auth/keys/${made.id}`);
  await execute(server, "INSERT INTO t VALUES (2, 2)");
  for (const client of clients) {
    expect(await client.end()).toMatchObject({ event: "stream.end", data: { code: "UNAUTHORIZED" } });
    expect(client.events).toHaveLength(2);
  }
});

it("a query that came through a front is listed under its own id, and cancelled through any other", async () => {
  const headers = { "x-request-id": "mine" };
  const sql = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
  const endless = post(server, "/v1/branches/main/query", { sql }, { headers });
  const list = async () => (await get(server, "/v1/queries", { key: KEYS.admin })).body.queries;
  await expect.poll(list).toMatchObject([{ query_id: "mine", sql }]);
  expect((await call(server, "DELETE", "/v1/queries/mine")).body.outcome).toBe("cancelled");
  expect(await endless).toMatchObject({ status: 409, body: { code: "QUERY_CANCELLED" } });
  expect(await list()).toEqual([]);
});
