import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EMPTY_RESULT, NO_BRANCHES, ScriptedServer } from "./support/scripted-server.js";

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

const BRANCH = {
  id: "br_1",
  name: "dev",
  parent: "main",
  created_at: 1701446400,
  snapshot_id: 1701446300,
  updated_at: 1701446500,
  display_name: null,
  metadata: {},
  expires_at: null,
  state: "Active",
  scn: 42,
  is_default: false,
  is_protected: false,
  read_only: false,
  isolated: true,
  stats: { total_keys: 3, size_bytes: 4096, last_modified: 1701446500 },
};
const PAGE = { body: { columns: [], column_types: [], rows: [], page: 1, limit: 100, has_more: false, scn: 1 } };

it.each([
  ["undefined", undefined],
  ["a function", () => 1],
  ["a symbol", Symbol("x")],
] as const)("%s is no value of a parameter, in a list or by name", async (_, value) => {
  const client = server.client();
  for (const params of [[1, value as never], { a: value as never }]) {
    await expect(client.sql.query("SELECT $1, $2", { params })).rejects.toThrow(TypeError);
  }
  expect(server.seen).toEqual([]);
});

describe("headers", () => {
  it("are not made of a key that can't be one, which no message shows", () => {
    for (const apiKey of ["", "hdb_secret\n", "hdb secret", "hdb_gehéim"]) {
      expect(() => server.client({ apiKey })).toThrow(/^Invalid apiKey\. Expected visible ASCII characters/);
    }
  });

  it("ask for the tutorial's dialect by name, and carry both credentials", async () => {
    server.answers(NO_BRANCHES);
    await server.client({ token: "jwt" }).branches.list();
    expect(server.seen[0]?.headers).toMatchObject({
      accept: "application/vnd.heliosdb.lite.v1+json",
      authorization: "Bearer jwt",
      "x-api-key": "hdb_test",
    });
  });
});

it("an answer in the other dialect is no result without values, but an error", async () => {
  server.answers({ body: { success: true, data: { branches: [] }, meta: { request_id: "req_1" } } });
  await expect(server.client().branches.list()).rejects.toMatchObject({
    code: "INVALID_ANSWER",
    message: expect.stringContaining("Accept"),
  });
});

describe("branches", () => {
  it("create maps names and the point in time, and reads times as Dates", async () => {
    server.answers({ status: 201, body: BRANCH });
    const branch = await server.client().branches.create({ name: "dev", sourceBranch: "main", asOf: { type: "now" } });
    expect(server.seen[0]).toMatchObject({
      method: "POST",
      url: "/v1/branches",
      body: { name: "dev", parent: "main", snapshot_id: { type: "now" } },
    });
    expect(branch.createdAt).toEqual(new Date("2023-12-01T16:00:00Z"));
    expect(branch.forkedAt.getTime()).toBe(1701446300_000);
    expect(branch.stats).toMatchObject({ rows: 3, sizeBytes: 4096 });
  });

  it("merge maps deleteAfterMerge and the words of both documents", async () => {
    server.answers({
      body: {
        merge_timestamp: 1701446400,
        merged_keys: 2,
        conflicts: [],
        conflict_count: 0,
        completed: true,
        message: "ok",
        scn: 7,
        source_deleted: true,
      },
    });
    const client = server.client();
    const options = { targetBranch: "main", conflictResolution: "source_wins", deleteAfterMerge: true } as const;
    const result = await client.branches.merge("dev", options);
    await client.branches.merge("dev", { targetBranch: "main", conflictResolution: "ours" });
    expect(server.seen.map((request) => [request.url, request.body])).toEqual([
      ["/v1/branches/dev/merge", { target: "main", strategy: "source_wins", delete_source_after_merge: true }],
      ["/v1/branches/dev/merge", { target: "main", strategy: "Ours" }],
    ]);
    expect(result).toMatchObject({ mergedKeys: 2, sourceDeleted: true, scn: 7 });
  });

  it("names are percent-encoded, and an empty one is refused before it names another route", async () => {
    server.answers({ body: BRANCH });
    await server.client().branches.get("a/b c");
    expect(server.seen[0]?.url).toBe("/v1/branches/a%2Fb%20c");
    await expect(server.client().branches.delete("")).rejects.toThrow(
      'Invalid branch "". Expected a non-empty string.',
    );
    // DELETE /v1/branches/dev/snapshots/.. would be DELETE /v1/branches/dev/.
    await expect(server.client().branches.snapshots.delete("dev", "..")).rejects.toThrow('Invalid snapshot ".."');
    await expect(server.client().data.query("dev", ".")).rejects.toThrow('Invalid table "."');
    expect(server.seen).toHaveLength(1);
  });
});

describe("values", () => {
  it("bigint, bytes, Dates and infinities reach the server whole", async () => {
    server.answers(EMPTY_RESULT);
    const params = [
      1,
      "a",
      null,
      true,
      2n ** 62n,
      new Uint8Array([1, 2]),
      new Date(0),
      Infinity,
      { type: "int4", value: 5 },
    ];
    await server.client().sql.query("SELECT 1", { params: params as never });
    expect(server.seen[0]).toHaveProperty("body.params", [
      1,
      "a",
      null,
      true,
      { type: "int8", value: "4611686018427387904" },
      { type: "bytea", value: "AQI=" },
      "1970-01-01T00:00:00.000Z",
      { type: "float8", value: "Infinity" },
      { type: "int4", value: 5 },
    ]);
  });

  it("may have names", async () => {
    server.answers(EMPTY_RESULT);
    await server.client().sql.query("SELECT :a, @b", { params: { a: 5n, b: { type: "json", value: [] } } });
    expect(server.seen[0]).toHaveProperty("body.params", {
      a: { type: "int8", value: "5" },
      b: { type: "json", value: [] },
    });
    const params = { a: undefined as never };
    await expect(server.client().sql.query("SELECT :a", { params })).rejects.toThrow('"a" is undefined');
    expect(server.seen).toHaveLength(1);
  });

  it("NaN is refused: JSON would write null", async () => {
    await expect(server.client().sql.query("SELECT $1", { params: [Number.NaN] })).rejects.toThrow("NaN");
    expect(server.seen).toHaveLength(0);
  });
});

describe("points in time", () => {
  it.each([
    ["a Date of a whole second", new Date(1701446400_000), 1701446400000],
    ["seconds", 1701446400, 1701446400],
    ["a text", "scn:42", "scn:42"],
    ["a typed point", { type: "scn", value: 42 } as const, { type: "scn", value: 42 }],
    ["a typed Date", { type: "timestamp", value: new Date(5) } as const, { type: "timestamp", value: 5 }],
  ])("%s in a body", async (_what, asOf, sent) => {
    server.answers(EMPTY_RESULT);
    await server.client().branches.query("main", { sql: "SELECT 1", asOf });
    expect(server.seen[0]).toHaveProperty("body.as_of", sent);
  });

  it("in a URL", async () => {
    server.answers(PAGE);
    await server.client().data.query("main", "users", {
      filter: "age > 25",
      columns: ["id", "name"],
      orderBy: ["id DESC", "name"],
      limit: 5,
      asOf: { type: "transaction", value: 7 },
    });
    const query = new URL(server.seen[0]?.url ?? "", server.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      filter: "age > 25",
      columns: "id,name",
      order_by: "id DESC,name",
      limit: "5",
      as_of: "transaction:7",
    });
  });
});

it("a filter to delete by goes in the body", async () => {
  server.answers({ body: { deleted: 1, message: "", scn: 3 } });
  await server.client().data.delete("main", "users", { filter: "id = 1" });
  expect(server.seen[0]).toMatchObject({
    method: "DELETE",
    url: "/v1/branches/main/tables/users/data",
    body: { filter: "id = 1" },
  });
});

it("two clients in one process share nothing", async () => {
  server.answers(NO_BRANCHES);
  const [one, two] = [server.client({ apiKey: "one" }), server.client({ apiKey: "two" })];
  await Promise.all([one.branches.list(), two.branches.list()]);
  await one.close();
  await two.branches.list();
  expect(server.seen.map((request) => request.headers["x-api-key"]).sort()).toEqual(["one", "two", "two"]);
});
