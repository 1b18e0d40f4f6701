import { HeliosDBClient } from "@heliosdb/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let client: HeliosDBClient;

beforeAll(async () => {
  server = await ServerProcess.start();
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  await client.sql.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
});
afterAll(async () => {
  await client?.close();
  await server?.remove();
});

it("reads both dialects of one resource, typed", async () => {
  await client.branches.create({ name: "dev" });
  const { data: spec } = await client.raw("spec").GET("/v1/branches", { params: { query: { sort: "name" } } });
  const { data: lite } = await client.raw("lite").GET("/v1/branches");
  // Names of the two documents: the compiler checks them as much as this does.
  expect(spec?.data.branches.map(({ name, source_branch }) => [name, source_branch])).toEqual([
    ["main", undefined],
    ["dev", "main"],
  ]);
  expect(spec?.data.pagination).toMatchObject({ page: 1, total: 2 });
  expect(spec?.meta.request_id).toMatch(/^req_/);
  expect(lite?.branches.map(({ name, parent }) => [name, parent])).toEqual([
    ["main", null],
    ["dev", "main"],
  ]);
  const created = (await client.branches.get("dev")).createdAt;
  expect(Date.parse(spec?.data.branches[1]?.created_at ?? "")).toBeGreaterThanOrEqual(created.getTime());
  expect(lite?.branches[1]?.created_at).toBe(created.getTime() / 1000);
});

it("writes and reads rows as lists, with the second document's words", async () => {
  const spec = client.raw("spec");
  const path = { branch: "main", table: "t" };
  const written = await spec.POST("/v1/branches/{branch}/tables/{table}/data", {
    params: { path },
    body: { rows: [{ id: 1, a: "one" }] },
  });
  expect([written.response.status, written.data?.success, written.data?.data.inserted]).toEqual([201, true, 1]);
  const { data } = await spec.GET("/v1/branches/{branch}/tables/{table}/data", { params: { path } });
  expect(data?.data.rows).toEqual([[1, "one"]]);
});

it("failures reject, whichever dialect tells them", async () => {
  for (const dialect of ["lite", "spec"] as const) {
    const missing = client.raw(dialect).GET("/v1/branches/{branch}", { params: { path: { branch: "none" } } });
    await expect(missing).rejects.toMatchObject({ name: "NotFoundError", code: "BRANCH_NOT_FOUND", status: 404 });
  }
});

it("a key among the headers makes a change take effect once", async () => {
  const insert = () =>
    client.raw("spec").POST("/v1/branches/{branch}/tables/{table}/data", {
      params: { path: { branch: "main", table: "t" } },
      body: { rows: [{ a: "once" }] },
      headers: { "idempotency-key": "raw-1" },
    });
  const [first, second] = [await insert(), await insert()];
  expect(second.data?.data).toEqual(first.data?.data);
  expect((await client.sql.query("SELECT count(*) AS n FROM t WHERE a = 'once'")).rows).toEqual([{ n: 1 }]);
});

it("gives up when its signal is aborted", async () => {
  const abort = AbortSignal.abort(new Error("not wanted any more"));
  await expect(client.raw("lite").GET("/v1/branches", { signal: abort })).rejects.toThrow("not wanted any more");
});
