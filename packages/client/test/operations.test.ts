import { afterEach, beforeEach, expect, it } from "vitest";
import { ScriptedServer } from "./support/scripted-server.js";

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

const query = (index: number) =>
  Object.fromEntries(new URL(server.seen[index]?.url ?? "", server.url).searchParams.entries());

it("the commits of a branch are asked for page by page, and only as far as they are read", async () => {
  const entry = { id: "tx_1", type: "schema", scn: 1, timestamp: 1701446400, branch: "main", author: "ann" };
  const page = { history: [{ ...entry, message: null, summary: "s", statements: [], tables: [] }], truncated: false };
  server.answers(
    { body: { ...page, next_cursor: "2" } },
    { body: { ...page, next_cursor: "1" } },
    { body: { ...page, next_cursor: null } },
  );
  const options = {
    kinds: ["schema", "merge"],
    from: new Date(1701446400_000),
    until: "2026-01-01",
    limit: 1,
  } as const;
  const commits = server.client().branches.commits("main", options);
  expect(server.seen).toHaveLength(0);
  expect((await commits.next()).value).toMatchObject({ id: "tx_1", timestamp: new Date(1701446400_000) });
  expect(server.seen).toHaveLength(1);
  const rest: unknown[] = [];
  for await (const commit of commits) rest.push(commit);
  expect(rest).toHaveLength(2);
  const asked = { kind: "schema,merge", from: "1701446400000", until: "2026-01-01", limit: "1" };
  expect([0, 1, 2].map(query)).toEqual([asked, { ...asked, cursor: "2" }, { ...asked, cursor: "1" }]);
});

it("the rows of a table are asked for page by page, at one point in time, and only as far as they are read", async () => {
  const page = { columns: ["id"], column_types: ["int4"], limit: 2, scn: 7 };
  server.answers(
    { body: { ...page, rows: [{ id: 1 }, { id: 2 }], page: 1, has_more: true, next_cursor: "c2" } },
    { body: { ...page, rows: [{ id: 3 }], has_more: false, next_cursor: null } },
    { body: { ...page, rows: [{ id: 1 }], page: 1, has_more: true, next_cursor: null } },
  );
  const { data } = server.client();
  const options = { columns: ["id"], orderBy: ["id DESC"], filter: "id > 0", asOf: "scn:7" } as const;
  const rows = data.rows<{ id: number }>("main", "users", options);
  expect((await rows.next()).value).toEqual({ id: 1 });
  expect(server.seen).toHaveLength(1);
  const rest: unknown[] = [];
  for await (const row of rows) rest.push(row);
  expect(rest).toEqual([{ id: 2 }, { id: 3 }]);
  const asked = { columns: "id", order_by: "id DESC", filter: "id > 0", as_of: "scn:7", include_total: "false" };
  expect([0, 1].map(query)).toEqual([
    { ...asked, limit: "1000" },
    { ...asked, limit: "1000", cursor: "c2" },
  ]);
  const view = data.pages("main", "seen", { cursor: "c1", limit: 1 });
  await expect(view.next()).rejects.toMatchObject({ code: "INVALID_CURSOR", details: { table: "seen" } });
  expect(query(2)).toEqual({ include_total: "false", limit: "1", cursor: "c1" });
});

it("a graph and a density have times to the millisecond", async () => {
  const at = { scn: 5, timestamp: 1701446400.1234 };
  const point = { scn: 5, timestamp: new Date(1701446400_123) };
  const merge = { branch: null, branch_id: "br_2", branch_scn: 4, scn: 5 };
  const commit = { author: "ann", message: null, tables: ["t"], table_count: 1, restored_scn: 3 };
  const group = { commits: 1, first: at, last: at, types: ["merge"], merges: [merge], commit };
  const branch = { id: "br_1", name: "dev", parent: "main", parent_id: "br_0", created_at: 1, fork: at, head: at };
  const flags = { state: "Active", is_default: false, is_protected: true, expires_at: null, deleted_at: 2 };
  const lane = { ...branch, ...flags, commits: 1, folded_seconds: 0.5, groups: [group], truncated: true };
  const bucket = { from: 1, until: 2, commits: 1, first: at, last: at };
  server.answers(
    { body: { branches: [lane], more_branches: 3, earliest: at, latest: null } },
    { body: { from: 1, until: 2, commits: 1, buckets: [bucket], earliest: at, latest: at, truncated: false } },
  );
  const client = server.client();
  const { branches, ...graph } = await client.branches.graph({ from: 1, branches: ["a", "b-*"], maxGroups: 7 });
  expect(graph).toEqual({ moreBranches: 3, earliest: point, latest: null });
  const shown = {
    ...{
      id: "br_1",
      name: "dev",
      parent: "main",
      parentId: "br_0",
      createdAt: new Date(1000),
      fork: point,
      head: point,
    },
    ...{ state: "Active", isDefault: false, isProtected: true, expiresAt: null, deletedAt: new Date(2000) },
    ...{ commits: 1, foldedSeconds: 0.5, truncated: true },
  };
  const details = { author: "ann", message: null, tables: ["t"], tableCount: 1, restoredScn: 3 };
  const merges = [{ branch: null, branchId: "br_2", branchScn: 4, scn: 5 }];
  const groups = [{ commits: 1, first: point, last: point, types: ["merge"], merges, commit: details }];
  expect(branches).toEqual([{ ...shown, groups }]);
  const part = { from: new Date(1000), until: new Date(2000), commits: 1 };
  expect(await client.branch("dev").density({ until: "2026-01-01", buckets: 5 })).toEqual({
    ...{ ...part, buckets: [{ ...part, first: point, last: point }], earliest: point, latest: point, truncated: false },
  });
  expect([0, 1].map(query)).toEqual([
    { from: "1", branches: "a,b-*", max_groups: "7" },
    { until: "2026-01-01", buckets: "5" },
  ]);
});

it("running queries are listed, and cancelled by an id that a call may choose", async () => {
  const wire = { query_id: "q", operation: "query", branch: "dev", sql: "SELECT 1", user_id: "ann", key_id: null };
  server.answers(
    { body: { total: 1, queries: [{ ...wire, started_at: 1.5, elapsed_ms: 20, state: "running" }] } },
    { body: { query_id: "a/b", outcome: "finished" } },
  );
  const { queries, sql } = server.client();
  expect(await queries.list()).toEqual([
    {
      ...{ id: "q", operation: "query", branch: "dev", sql: "SELECT 1", userId: "ann", keyId: null },
      ...{ startedAt: new Date(1500), elapsedMs: 20, state: "running" },
    },
  ]);
  expect(await queries.cancel("a/b")).toEqual({ id: "a/b", outcome: "finished" });
  server.answers({ body: { columns: [], column_types: [], rows: [], row_count: 0 } });
  await sql.query("SELECT 1", { queryId: "mine" }).catch(() => {});
  expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /v1/queries",
    "DELETE /v1/queries/a%2Fb",
    "POST /v1/branches/main/query",
  ]);
  expect(server.seen.map(({ headers }) => headers["x-request-id"])).toEqual([undefined, undefined, "mine"]);
});

it("a difference names both its states", async () => {
  const state = { branch: "main", scn: 1 };
  server.answers({ body: { from: state, to: state, schema: [], tables: [], rows: [], next_cursor: null } });
  const { branches } = server.client();
  await branches.diff("dev", { from: { branch: "main", asOf: { type: "scn", value: 42 } }, tables: ["a", "b"] });
  await branches.diff("dev", { from: "main@scn:3", asOf: 1701446400, limit: 0 });
  await branches.diff("dev");
  expect([0, 1, 2].map(query)).toEqual([
    { from: "main@scn:42", tables: "a,b" },
    { from: "main@scn:3", as_of: "1701446400", limit: "0" },
    {},
  ]);
});

it("resolutions name keys and values of every type", async () => {
  server.answers({
    body: {
      merge_timestamp: 1,
      merged_keys: 0,
      conflicts: [],
      conflict_count: 0,
      completed: false,
      message: "",
      scn: 1,
      source_deleted: false,
    },
  });
  await server.client().branches.merge("dev", {
    targetBranch: "main",
    dryRun: true,
    resolutions: [
      { table: "t", key: 2n ** 60n, column: "n", use: "value", value: new Uint8Array([1]) },
      { table: "t", key: ["a", 1], use: "value", value: { a: "a", n: 5n } },
      { table: "t", key: "7", use: "value", value: null },
      { table: "t", use: "target" },
    ],
  });
  expect(server.seen[0]?.body).toEqual({
    target: "main",
    dry_run: true,
    resolutions: [
      {
        table: "t",
        key: { type: "int8", value: "1152921504606846976" },
        column: "n",
        use: "value",
        value: { type: "bytea", value: "AQ==" },
      },
      { table: "t", key: ["a", 1], use: "value", value: { a: "a", n: { type: "int8", value: "5" } } },
      { table: "t", key: "7", use: "value", value: null },
      { table: "t", use: "target" },
    ],
  });
});

it("a restore to a point in time and one to a snapshot go where each belongs", async () => {
  const body = { restored: true, dry_run: false, tables: [], timestamp: 1 };
  server.answers({ body });
  const { branches } = server.client();
  await branches.restore("main", { asOf: "scn:4", backupBranchName: "b" });
  await branches.restore("main", { snapshot: "before migration", message: "m" });
  expect(server.seen.map(({ url, body: sent }) => [url, sent])).toEqual([
    ["/v1/branches/main/restore", { as_of: "scn:4", backup_branch_name: "b" }],
    ["/v1/branches/main/restore/before%20migration", { message: "m" }],
  ]);
});

it("null takes a setting away, and what is left out stays", async () => {
  server.answers({ status: 400, body: { message: "no", code: "INVALID_FIELD" } });
  const update = server.client().branches.update("dev", { expiresAt: null, displayName: null });
  await expect(update).rejects.toMatchObject({ code: "INVALID_FIELD" });
  expect(server.seen[0]).toMatchObject({ method: "PATCH", url: "/v1/branches/dev" });
  expect(server.seen[0]?.body).toEqual({ display_name: null, expires_at: null });
});

it("the history of a row names its key as JSON", async () => {
  server.answers({ body: { table: "t", key: [], versions: [], next_cursor: null } });
  const { data } = server.client();
  for (const key of [5, "a", ["x", 1], 2n ** 60n]) await data.rowHistory("main", "t", key);
  expect([0, 1, 2, 3].map((index) => query(index).key)).toEqual(["5", '"a"', '["x",1]', '"1152921504606846976"']);
});
