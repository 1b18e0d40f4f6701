import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call, execute, get, patch, post, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
});
afterAll(() => server.remove());

const newest = async (query = "") => (await get(server, `/v1/audit?limit=1&${query}`)).body.entries[0];

it("says who did what, from where, on which branch, and what came of it", async () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const path = "/v1/branches/main/tables/items/data";
  const done = await post(
    server,
    path,
    { rows: [{ name: "secret stuff" }] },
    { key: KEYS.write, headers: { traceparent } },
  );
  const entry = await newest();
  expect(entry).toEqual({
    id: expect.any(Number),
    time: expect.any(Number),
    user_id: "wes",
    key_id: expect.stringMatching(/^k_/),
    client_id: "c2",
    method: "api_key",
    address: "127.0.0.1",
    operation: "insertRows",
    branch: "main",
    object: "items",
    scn: done.body.scn,
    status: 201,
    code: null,
    replayed: false,
    request_id: done.headers.get("x-request-id"),
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  });
  const spec = (await get(server, "/v1/audit?limit=1", { accept: SPEC })).body.data.entries[0];
  expect(spec).toEqual({ ...entry, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) });
});

it("names what each kind of request was about", async () => {
  await post(server, "/v1/branches", { name: "dev" });
  expect(await newest()).toMatchObject({ operation: "createBranch", branch: "dev", object: null });
  await post(server, "/v1/branches/dev/merge", { target: "main" });
  expect(await newest()).toMatchObject({ operation: "mergeBranch", branch: "dev", object: "main" });
  await patch(server, "/v1/branches/dev", { name: "dev-2" });
  expect(await newest()).toMatchObject({ operation: "updateBranch", branch: "dev", object: "dev-2" });
  const { body: key } = await post(server, "/v1/auth/keys", { name: "ci", scopes: ["read"] });
  expect(await newest()).toMatchObject({ operation: "createKey", branch: null, object: key.id });
  await call(server, "DELETE", `/v1/auth/keys/${key.id}`);
  expect(await newest()).toMatchObject({ operation: "revokeKey", object: key.id });
  await post(server, "/v1/tenants", { name: "acme" });
  expect(await newest()).toMatchObject({ operation: "createTenant", object: "acme" });
  await get(server, "/v1/branches/main/file");
  expect(await newest()).toMatchObject({ operation: "exportFile", branch: "main" });
  await post(server, "/v1/auth/token", {});
  expect(await newest()).toMatchObject({ operation: "createToken" });
  const times = { headers: { "idempotency-key": "audited" } };
  for (let n = 0; n < 2; n++) await post(server, "/v1/branches/main/snapshots", { name: "kept" }, times);
  expect(await newest()).toMatchObject({ operation: "createSnapshot", object: "kept", replayed: true });
});

it("tells of refusals, and not of reads and strangers", async () => {
  await execute(server, "INSERT INTO items (name) VALUES ('x')");
  const before = await newest();
  await get(server, "/v1/branches");
  await post(server, "/v1/branches/main/query", { sql: "SELECT 1" });
  await post(server, "/v1/branches", { name: "no" }, { key: "sk_wrong" });
  expect(await newest()).toEqual(before);
  await post(server, "/v1/branches", { name: "no" }, { key: KEYS.read });
  expect(await newest()).toMatchObject({ user_id: "rae", status: 403, code: "FORBIDDEN", branch: null });
  await post(server, "/v1/branches/nope/execute", { sql: "DELETE FROM items" });
  expect(await newest()).toMatchObject({ status: 404, code: "BRANCH_NOT_FOUND", branch: "nope", scn: null });
  await post(server, "/v1/branches/main/execute", { sql: "DELETE FROM items", hm: "x".repeat(50) });
  expect(await newest()).toMatchObject({ status: 400, code: "UNKNOWN_FIELD" });
});

it("is found by every filter, page by page", async () => {
  for (let n = 0; n < 7; n++) await execute(server, `INSERT INTO items (name) VALUES ('p${n}')`);
  const find = async (query: string) => (await get(server, `/v1/audit?${query}`)).body.entries;
  const all = await find("limit=1000");
  expect(await find("user=rae")).toEqual(all.filter((one: { user_id: string }) => one.user_id === "rae"));
  expect(await find("outcome=refused")).toEqual(all.filter((one: { code: unknown }) => one.code !== null));
  const { key_id } = all.find((one: { user_id: string }) => one.user_id === "wes");
  expect(await find(`outcome=done&key=${key_id}`)).toHaveLength(1);
  expect(await find("operation=mergeBranch&branch=dev")).toHaveLength(1);
  expect(await find("trace_id=4bf92f3577b34da6a3ce929d0e0e4736")).toHaveLength(1);
  expect(await find(`request_id=${all[3].request_id}`)).toEqual([all[3]]);
  expect(await find("until=1000000000")).toEqual([]);
  expect(await find(`from=${all[0].time}`)).toContainEqual(all[0]);
  const paged = [];
  let cursor = "";
  do {
    const { body } = await get(server, `/v1/audit?limit=3${cursor}`);
    paged.push(...body.entries);
    cursor = body.next_cursor === null ? "" : `&cursor=${body.next_cursor}`;
  } while (cursor !== "");
  expect(paged).toEqual(all);
  for (const [query, code] of [
    ["user_id=ann", "UNKNOWN_FIELD"],
    ["outcome=maybe", "INVALID_FIELD"],
    ["cursor=x", "INVALID_CURSOR"],
    ["to=1&until=2", "FIELD_CONFLICT"],
  ] as const) {
    expect((await get(server, `/v1/audit?${query}`)).body.code).toBe(code);
  }
});

it("can be downloaded whole", async () => {
  const { body: list } = await get(server, "/v1/audit?limit=1000", { accept: SPEC });
  const file = await get(server, "/v1/audit/export");
  expect(file.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = String(file.body).trimEnd().split("\n");
  const entries = lines.map((line) => JSON.parse(line));
  expect(entries.toReversed().slice(-list.data.entries.length)).toEqual(list.data.entries);
  expect(await newest()).toMatchObject({ operation: "exportAudit" });
});

it("is its tenant's own, and for administrators", async () => {
  expect((await get(server, "/v1/audit", { key: KEYS.write })).status).toBe(403);
  await post(server, "/v1/branches", { name: "theirs" }, { key: KEYS.other });
  const theirs = (await get(server, "/v1/audit", { key: KEYS.other })).body.entries;
  expect(theirs).toHaveLength(1);
  expect(theirs[0]).toMatchObject({ user_id: "otto", branch: "theirs" });
  const ours = (await get(server, "/v1/audit?limit=1000")).body.entries;
  expect(ours.filter((one: { user_id: string }) => one.user_id === "otto")).toEqual([]);
});

it("can't be changed, and holds nothing that was written and no secret", async () => {
  const { key } = (await post(server, "/v1/auth/keys", { name: "s", scopes: ["read"] })).body;
  await execute(server, "INSERT INTO items (name) VALUES ('classified')");
  await newest();
  const file = join(server.dataDir, "catalog.db");
  const catalog = new Database(file);
  expect(() => catalog.exec("UPDATE audit_log SET user_id = 'nobody'")).toThrow("append-only");
  expect(() => catalog.exec("DELETE FROM audit_log")).toThrow("append-only");
  const text = JSON.stringify(catalog.prepare("SELECT * FROM audit_log").all());
  catalog.close();
  expect(readFileSync(file).length).toBeGreaterThan(0);
  for (const secret of [key, KEYS.admin, KEYS.write, "classified", "secret stuff", "INSERT"]) {
    expect(text).not.toContain(secret);
  }
});

it("survives a restart, loses what is older than it is told to keep, and can leave row writes to the history", async () => {
  const first = await startServer();
  await execute(first, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  await first.close();
  const catalog = new Database(join(first.dataDir, "catalog.db"));
  const copy =
    "INSERT INTO audit_log SELECT NULL, 1, tenant, 'old', key_id, client_id, method, address, operation, branch, " +
    "object, scn, status, code, replayed, request_id, trace_id FROM audit_log";
  catalog.exec(copy);
  catalog.close();
  const second = await startServer({ dataDir: first.dataDir, server: { audit: "control", auditDays: 30 } });
  try {
    await execute(second, "INSERT INTO t VALUES (1)");
    await post(second, "/v1/branches/main/execute", { sql: "INSERT INTO t VALUES (1)" });
    await post(second, "/v1/branches", { name: "dev" });
    await get(second, "/v1/audit");
    const { entries } = (await get(second, "/v1/audit")).body;
    expect(entries.map((one: { operation: string; code: string | null }) => [one.operation, one.code])).toEqual([
      ["createBranch", null],
      ["execute", "UNIQUE_VIOLATION"],
      ["execute", null],
    ]);
    expect(entries.map((one: { user_id: string }) => one.user_id)).toEqual(["ann", "ann", "ann"]);
  } finally {
    await second.remove();
  }
});

it("has the requests whose client did not wait, and goes on after them", async () => {
  const slow =
    "INSERT INTO items (name) WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3e5) SELECT x FROM c";
  const { scn } = await execute(server, "INSERT INTO items (name) VALUES ('before')");
  const leaving = fetch(`${server.url}/v1/branches/main/execute`, {
    method: "POST",
    headers: { "x-api-key": KEYS.write, "content-type": "application/json" },
    body: JSON.stringify({ sql: slow }),
    signal: AbortSignal.timeout(50),
  });
  await expect(leaving).rejects.toThrow();
  await expect
    .poll(() => newest("operation=execute"))
    .toMatchObject({
      user_id: "wes",
      address: "127.0.0.1",
      scn: scn + 1,
    });
  await execute(server, "DELETE FROM items WHERE name <> 'before'");
  expect(await newest()).toMatchObject({ operation: "execute", scn: scn + 2 });
});
