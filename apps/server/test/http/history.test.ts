import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, must, post, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const HISTORY = "/v1/branches/main/history";
let server: TestServer;
let schema: number;
let inserted: number;
let merged: number;
beforeAll(async () => {
  server = await startServer();
  schema = (await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)")).scn;
  const statements = [
    { sql: "INSERT INTO items VALUES (1, 'lamp'), (2, 'desk')" },
    { sql: "UPDATE items SET name = 'big desk' WHERE id = 2" },
  ];
  const batch = { statements, message: "first stock" };
  inserted = (await post(server, "/v1/branches/main/batch", batch, { key: KEYS.write })).body.scn;
  await execute(server, "CREATE TABLE logs (n INTEGER)");
  await execute(server, "INSERT INTO logs VALUES (1)");
  await must(server, "POST", "/v1/branches", { name: "side" });
  await execute(server, "INSERT INTO items VALUES (3, 'chair')", "side");
  const body = { target: "main", message: "bring the chair" };
  merged = (await must(server, "POST", "/v1/branches/side/merge", body)).scn;
});
afterAll(() => server?.remove());

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly scn: number;
  readonly branch: string;
}
const history = async (query = "", path = HISTORY): Promise<Entry[]> =>
  (await must(server, "GET", `${path}${query}`)).history;
const scns = (entries: readonly Entry[]) => entries.map(({ scn }) => scn);

describe("the history of a branch", () => {
  it("tells who did what, newest first, back to the beginning", async () => {
    const entries = await history();
    expect(scns(entries)).toEqual(scns(entries).sort((a, b) => b - a));
    expect(entries.find(({ scn }) => scn === inserted)).toMatchObject({
      id: `tx_${inserted}`,
      type: "transaction",
      branch: "main",
      author: "wes",
      message: "first stock",
      tables: [{ table: "items", inserted: 2, updated: 0, deleted: 0 }],
    });
    expect(entries.find(({ scn }) => scn === schema)).toMatchObject({ type: "schema", author: "ann", message: null });
    expect(entries.at(-1)).toMatchObject({ type: "init" });
    const page = await must(server, "GET", HISTORY);
    expect([page.next_cursor, page.truncated]).toEqual([null, false]);
  });

  it("sums a commit up in one line", async () => {
    const { summary, statements } = (await must(server, "GET", HISTORY)).history.find(
      ({ scn }: Entry) => scn === inserted,
    );
    expect(statements).toHaveLength(2);
    expect(summary).toBe(statements.join("; "));
    expect(summary).toContain("INSERT INTO items (2 rows)");
  });

  it("names what a merge brought in", async () => {
    const { id, scn } = await must(server, "GET", "/v1/branches/side");
    expect((await history())[0]).toMatchObject({
      scn: merged,
      type: "merge",
      message: "bring the chair",
      merged_from: { branch: "side", branch_id: id, scn },
      tables: [{ table: "items", inserted: 1, updated: 0, deleted: 0 }],
    });
  });

  it("has transactions and snapshots in the specification's dialect", async () => {
    const path = "/v1/branches/main/snapshots";
    await must(server, "POST", path, { as_of: `scn:${inserted}`, name: "stocked" });
    const { data } = (await get(server, HISTORY, { accept: SPEC })).body;
    const at = data.history.findIndex((row: { type: string }) => row.type === "snapshot");
    expect(data.history.slice(at, at + 2)).toMatchObject([
      { id: `snap_${inserted.toString(36)}`, type: "snapshot", scn: inserted, summary: "Snapshot: stocked" },
      { id: `tx_${inserted}`, type: "transaction", scn: inserted, user: "wes", kind: "transaction" },
    ]);
    expect(data.history[at].size_bytes).toBeGreaterThan(0);
    expect(data.history[at + 1].timestamp).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    const lite = (await history()).find(({ scn }) => scn === inserted);
    expect(lite).toMatchObject({
      snapshots: [{ id: `snap_${inserted.toString(36)}`, name: "stocked", type: "manual" }],
    });
  });

  it("goes on from page to page", async () => {
    const all = await history();
    const found: Entry[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await must(server, "GET", `${HISTORY}?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(page.history.length).toBeLessThanOrEqual(2);
      found.push(...page.history);
      cursor = page.next_cursor;
    }
    expect(found).toEqual(all);
    expect(found.length).toBeGreaterThan(4);
  });

  it("is cut down by kind, table, author and time", async () => {
    const all = await history();
    const kind = await history("?kind=schema");
    expect(kind.length).toBe(2);
    expect(kind.every(({ type }) => type === "schema")).toBe(true);
    expect(scns(await history("?kind=merge,init"))).toEqual([merged, all.at(-1)!.scn]);
    expect(scns(await history("?table=items"))).toEqual([merged, inserted]);
    expect(scns(await history("?author=wes"))).toEqual([inserted]);
    expect(await history("?author=nobody")).toEqual([]);
    const seconds = Math.floor(Date.now() / 1000);
    expect(scns(await history(`?from=${seconds - 3600}&until=${seconds}`))).toEqual(scns(all));
    expect(await history(`?to=${seconds - 3600}`)).toEqual([]);
    const iso = (await get(server, HISTORY, { accept: SPEC })).body.data.history.find(
      ({ scn }: Entry) => scn === schema,
    ).timestamp;
    expect(scns(await history(`?until=${iso}`))).toEqual(scns(all).filter((scn) => scn <= schema));
    expect(scns(await history(`?from=${iso}`))).toEqual(scns(all).filter((scn) => scn >= schema));
  });

  it("of a branch begins with its ancestors' before the fork", async () => {
    await must(server, "POST", "/v1/branches", { name: "early", snapshot_id: `scn:${inserted}` });
    const { scn } = await execute(server, "DELETE FROM items WHERE id = 1", "early");
    const entries = await history("", "/v1/branches/early/history");
    expect(entries[0]).toMatchObject({ scn, branch: "early", tables: [{ table: "items", deleted: 1 }] });
    expect(entries[1]).toMatchObject({ scn: inserted, branch: "main" });
    expect(scns(await history())).not.toContain(scn);
  });

  it("tells of restores and resets", async () => {
    await must(server, "POST", "/v1/branches", { name: "back" });
    await execute(server, "DELETE FROM items", "back");
    const restored = await must(server, "POST", "/v1/branches/back/restore", { as_of: `scn:${merged}`, message: "r" });
    const [newest] = await history("?limit=1", "/v1/branches/back/history");
    expect(newest).toMatchObject({ scn: restored.scn, type: "restore", restored_scn: merged, message: "r" });
    await must(server, "POST", "/v1/branches/back/reset", { message: "forget" });
    const { scn } = await must(server, "GET", "/v1/branches/main");
    const [reset, before] = await history("?limit=2", "/v1/branches/back/history");
    expect(reset).toMatchObject({ type: "reset", branch: "back", restored_scn: scn, message: "forget" });
    expect(before).toMatchObject({ scn, branch: "main" });
  });

  it.each([
    ["?limit=0", "INVALID_FIELD"],
    ["?limit=1001", "INVALID_FIELD"],
    ["?cursor=x", "INVALID_CURSOR"],
    ["?cursor=-1", "INVALID_CURSOR"],
    ["?kind=transactions", "INVALID_FIELD"],
    ["?kind=", "INVALID_FIELD"],
    ["?from=soon", "INVALID_FIELD"],
    ["?from=2025-12-01T08:00:00+02:00", "INVALID_FIELD"],
    ["?until=1&to=1", "FIELD_CONFLICT"],
    ["?since=1", "UNKNOWN_FIELD"],
  ])("is refused with %s", async (query, code) => {
    const answer = await get(server, HISTORY + query);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    if (query.includes("+")) expect(answer.body.message).toContain("%2B");
  });

  it("needs the scope read and a branch", async () => {
    expect((await get(server, HISTORY, { key: KEYS.merge })).status).toBe(403);
    expect((await get(server, "/v1/branches/nope/history")).body.code).toBe("BRANCH_NOT_FOUND");
  });
});

describe("a branch with its newest commits", () => {
  it("shows them as its history does", async () => {
    const lite = await must(server, "GET", "/v1/branches/main?include_history=true");
    expect(lite.history).toEqual((await history()).slice(0, 10));
    const spec = await get(server, "/v1/branches/main?include_history=true", { accept: SPEC });
    expect(spec.body.data.history[0]).toMatchObject({ id: `tx_${merged}`, type: "transaction" });
    expect(await must(server, "GET", "/v1/branches/main")).not.toHaveProperty("history");
  });
});

describe("a branch with its details", () => {
  it("shows what it changed, and how far it and its parent diverge", async () => {
    await must(server, "POST", "/v1/branches", { name: "diverged" });
    await execute(server, "INSERT INTO items VALUES (50, 'a'), (51, 'b')", "diverged");
    await execute(server, "UPDATE items SET name = 'x' WHERE id = 1", "diverged");
    await execute(server, "DELETE FROM items WHERE id = 2", "diverged");
    await execute(server, "INSERT INTO logs VALUES (7)");
    const divergence = { commits_ahead: 3, commits_behind: 1, can_fast_forward: false };
    const lite = await must(server, "GET", "/v1/branches/diverged?include_stats=true");
    expect(lite.details).toMatchObject({
      changes: { inserts: 2, updates: 1, deletes: 1 },
      divergence: { parent: "main", ...divergence },
    });
    expect(lite.details.data_bytes).toBeGreaterThan(0);
    expect(lite.details.history_bytes).toBeGreaterThan(0);
    const spec = (await get(server, "/v1/branches/diverged", { accept: SPEC })).body.data;
    expect(spec.stats).toMatchObject({ changes_from_source: 4, inserts: 2, updates: 1, deletes: 1 });
    expect(spec.divergence).toEqual({ source_branch: "main", ...divergence });
  });

  it("has neither for main, and nothing unless asked", async () => {
    const main = await must(server, "GET", "/v1/branches/main?include_stats=true");
    expect(main.details).toMatchObject({ changes: null, divergence: null });
    expect(await must(server, "GET", "/v1/branches/main")).not.toHaveProperty("details");
    const spec = (await get(server, "/v1/branches/main?include_stats=true", { accept: SPEC })).body.data;
    expect(spec).not.toHaveProperty("divergence");
    expect(spec.stats).not.toHaveProperty("changes_from_source");
    const bare = (await get(server, "/v1/branches/side?include_stats=false", { accept: SPEC })).body.data;
    expect(bare).not.toHaveProperty("divergence");
    expect((await get(server, "/v1/branches/main?include_stats=yes")).body.code).toBe("INVALID_FIELD");
  });
});

describe("the history of a row", () => {
  const path = (table: string, key: unknown, more = "") =>
    `/v1/branches/main/tables/${table}/history?key=${encodeURIComponent(JSON.stringify(key))}${more}`;
  beforeAll(async () => {
    await execute(server, "CREATE TABLE pairs (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID");
    await execute(server, "INSERT INTO pairs VALUES ('x', 1, 'one'), ('y', 1, 'other')");
    await execute(server, "UPDATE pairs SET v = 'two' WHERE a = 'x'");
    await call(server, "DELETE", "/v1/branches/main/tables/pairs/data", { filter: "a = 'x'" }, { key: KEYS.write });
  });

  it("lists its versions by column, newest first", async () => {
    const { body } = await get(server, path("pairs", ["x", 1]));
    expect(body).toMatchObject({ table: "pairs", key: ["x", 1], next_cursor: null });
    expect(body.versions).toMatchObject([
      { type: "delete", author: "wes", row: null },
      { type: "update", row: { a: "x", b: 1, v: "two" }, changed: ["v"], branch: "main" },
      { type: "insert", row: { a: "x", b: 1, v: "one" }, changed: ["a", "b", "v"] },
    ]);
    expect(body.versions[0].id).toBe(`tx_${body.versions[0].scn}`);
  });

  it("lists them as lists with their columns in the specification's dialect", async () => {
    const { data } = (await get(server, path("pairs", ["x", 1]), { accept: SPEC })).body;
    expect(data.versions.map((one: { columns: string[]; row: unknown }) => [one.columns, one.row])).toEqual([
      [[], null],
      [
        ["a", "b", "v"],
        ["x", 1, "two"],
      ],
      [
        ["a", "b", "v"],
        ["x", 1, "one"],
      ],
    ]);
    expect(data.versions[0]).toMatchObject({ user: "wes", timestamp: expect.stringMatching(/Z$/) });
  });

  it("goes on from page to page, and takes a single key", async () => {
    const first = (await get(server, path("pairs", ["x", 1], "&limit=2"))).body;
    const rest = (await get(server, path("pairs", ["x", 1], `&limit=2&cursor=${first.next_cursor}`))).body;
    expect([...first.versions, ...rest.versions].map(({ type }) => type)).toEqual(["delete", "update", "insert"]);
    expect(rest.next_cursor).toBeNull();
    for (const key of [1, [1]]) {
      expect((await get(server, path("items", key))).body.versions).toMatchObject([{ type: "insert", scn: inserted }]);
    }
  });

  it.each([
    ["items/history", 400, "INVALID_FIELD", "'key' is required"],
    ["items/history?key=lamp", 400, "INVALID_FIELD", "double quotes"],
    ["items/history?key={}", 400, "INVALID_FIELD", "'key' must be"],
    ["items/history?key=[]", 400, "INVALID_FIELD", "'key' must not be an empty list"],
    ["items/history?key=9007199254740993", 400, "INVALID_FIELD", "as a string"],
    ["items/history?id=1", 400, "UNKNOWN_FIELD", "Did you mean 'key'?"],
    ["items/history?key=1&cursor=x", 400, "INVALID_CURSOR", ""],
    ["items/history?key=999", 404, "ROW_NOT_FOUND", ""],
    ["nope/history?key=1", 404, "TABLE_NOT_FOUND", "nope"],
  ])("of %s is refused", async (rest, status, code, message) => {
    const answer = await get(server, `/v1/branches/main/tables/${rest}`);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.message).toContain(message);
  });
});
