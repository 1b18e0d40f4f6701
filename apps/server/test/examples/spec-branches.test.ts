import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectForm, orNull } from "../support/form.js";
import { type Answer, call, execute, must, SPEC } from "../support/http.js";
import type { TestServer } from "../support/server.js";
import { startOnThatMorning, TABLES } from "../support/times.js";

let server: TestServer;
beforeAll(async () => {
  server = await startOnThatMorning(TABLES);
});
afterAll(() => server?.remove());

const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  call(server, method, path, body, { accept: SPEC });

/** What this server says of every branch besides. */
const BEYOND = { read_only: false, isolated: true, expires_at: orNull("2025-12-01T08:00:00Z"), scn: 42 };
const META = { request_id: "req_1", execution_time_ms: 3 };
const OWNED = { owner: "alice@example.com", ticket: "JIRA-1", description: "Sign in by OAuth2" };
const BRANCH = {
  id: "br_1",
  name: "feature-auth",
  display_name: orNull("Authentication"),
  status: "active",
  is_default: false,
  is_protected: false,
  source_branch: "main",
  source_snapshot: "snap_1",
  created_at: "2025-12-01T08:00:00Z",
  updated_at: "2025-12-01T08:00:00Z",
};

describe("creating a branch, as the specification shows it", () => {
  it("answers 201 with the branch in its envelope", async () => {
    const { status, headers, body } = await ask("POST", "/v1/branches", {
      name: "feature-auth",
      display_name: "Authentication Feature",
      source_branch: "main",
      as_of: { type: "timestamp", value: "2025-12-01T08:00:00Z" },
      metadata: OWNED,
    });
    expect([status, headers.get("content-type")]).toEqual([201, SPEC]);
    expectForm(
      body,
      {
        success: true,
        data: {
          id: "br_1",
          name: "feature-auth",
          display_name: "Authentication Feature",
          status: "active",
          source_branch: "main",
          source_snapshot: "snap_1",
          created_at: "2025-12-01T10:00:00Z",
        },
      },
      {
        meta: META,
        data: {
          ...BEYOND,
          is_default: false,
          is_protected: false,
          updated_at: "2025-12-01T08:00:00Z",
          metadata: OWNED,
          stats: { tables: 2, rows: 5, size_bytes: 1 },
        },
      },
    );
    expect(body.data).toMatchObject({ name: "feature-auth", source_branch: "main", metadata: OWNED });
  });

  it("takes every type of as_of", async () => {
    const { scn } = await must(server, "GET", "/v1/branches/main");
    const points = [
      { type: "now" },
      { type: "timestamp", value: "2025-12-01T08:00:00Z" },
      { type: "transaction", value: scn - 1 },
      { type: "scn", value: scn - 1 },
      { type: "snapshot", value: `snap_${(scn - 1).toString(36)}` },
    ];
    for (const as_of of points) {
      const made = await ask("POST", "/v1/branches", { name: `by-${as_of.type}`, as_of });
      const from = as_of.type === "now" || as_of.type === "timestamp" ? scn : scn - 1;
      expect([made.status, made.body.data.source_snapshot]).toEqual([201, `snap_${from.toString(36)}`]);
      await ask("DELETE", `/v1/branches/by-${as_of.type}`);
    }
  });

  it("takes what the documents do not have: parent, snapshot_id, options, expires_at", async () => {
    const body = {
      name: "beyond",
      parent: "main",
      snapshot_id: "now",
      options: { read_only: true, isolated: true },
      expires_at: "2026-01-01T00:00:00Z",
    };
    const made = await ask("POST", "/v1/branches", body);
    expect(made.body.data).toMatchObject({ read_only: true, isolated: true, expires_at: "2026-01-01T00:00:00Z" });
    await ask("DELETE", "/v1/branches/beyond");
  });
});

describe("one branch, as the specification shows it", () => {
  beforeAll(async () => {
    await execute(server, "INSERT INTO users (name, email) VALUES ('Zoe', 'zoe@example.com')", "feature-auth");
    await execute(server, "UPDATE users SET age = 31 WHERE id = 1", "feature-auth");
    await execute(server, "DELETE FROM orders WHERE id = 3", "feature-auth");
    await execute(server, "INSERT INTO orders (user_id) VALUES (2)");
  });

  it("has its statistics and how far it has gone from its source", async () => {
    const { status, body } = await ask("GET", "/v1/branches/feature-auth");
    expect(status).toBe(200);
    expectForm(
      body,
      {
        success: true,
        data: {
          ...BRANCH,
          metadata: OWNED,
          stats: {
            tables: 15,
            rows: 125050,
            size_bytes: 52430000,
            changes_from_source: 50,
            inserts: 30,
            updates: 15,
            deletes: 5,
          },
          divergence: { source_branch: "main", commits_ahead: 5, commits_behind: 2, can_fast_forward: false },
        },
      },
      { meta: META, data: { ...BEYOND, stats: { data_bytes: 1, history_bytes: 1 } } },
    );
    expect(body.data.stats).toMatchObject({ changes_from_source: 3, inserts: 1, updates: 1, deletes: 1 });
    expect(body.data.divergence).toMatchObject({ commits_ahead: 3, commits_behind: 1, can_fast_forward: false });
    expect((await ask("GET", `/v1/branches/${body.data.id}`)).body.data).toEqual(body.data);
  });

  it("has no statistics with include_stats=false, and its newest commits with include_history=true", async () => {
    const { body } = await ask("GET", "/v1/branches/feature-auth?include_stats=false&include_history=true");
    expect(body.data).not.toHaveProperty("divergence");
    expect(body.data.stats).not.toHaveProperty("changes_from_source");
    expect(body.data.history[0]).toMatchObject({ type: "transaction", summary: "DELETE FROM orders (1 rows)" });
    expect((await ask("GET", "/v1/branches/main?include_history=false")).body.data).not.toHaveProperty("history");
  });

  it("is changed by PATCH", async () => {
    const patch = { display_name: "Another Name", is_protected: true, metadata: { owner: "bob@example.com" } };
    const { status, body } = await ask("PATCH", "/v1/branches/feature-auth", patch);
    expect(status).toBe(200);
    expectForm(
      body,
      {
        success: true,
        data: {
          id: "br_1",
          name: "feature-auth",
          display_name: "Another Name",
          is_protected: true,
          updated_at: "2025-12-01T11:00:00Z",
        },
      },
      {
        meta: META,
        data: { ...BRANCH, ...BEYOND, metadata: { owner: "" }, stats: { tables: 2, rows: 5, size_bytes: 1 } },
      },
    );
    expect(body.data).toMatchObject(patch);
    await ask("PATCH", "/v1/branches/feature-auth", { is_protected: false });
  });

  it("is renamed, closed and given an end by PATCH", async () => {
    const patch = { name: "feature-login", read_only: true, expires_at: "2026-01-01T00:00:00Z" };
    expect((await ask("PATCH", "/v1/branches/feature-auth", patch)).body.data).toMatchObject(patch);
    const back = { name: "feature-auth", read_only: false, expires_at: null };
    expect((await ask("PATCH", "/v1/branches/feature-login", back)).body.data).toMatchObject(back);
  });
});

describe("the list of branches, as the specification shows it", () => {
  it("has main and its branches, and where the page stands", async () => {
    await ask("PATCH", "/v1/branches/main", { display_name: "Main Branch" });
    const { status, body } = await ask("GET", "/v1/branches?status=active");
    expect(status).toBe(200);
    const { source_branch: _, source_snapshot: __, ...main } = BRANCH;
    expectForm(
      body,
      {
        success: true,
        data: {
          branches: [
            { ...main, stats: { tables: 15, rows: 125000, size_bytes: 52428800 } },
            { ...BRANCH, stats: { tables: 15, rows: 125050, size_bytes: 52430000, changes_from_source: 50 } },
          ],
          pagination: { page: 1, limit: 20, total: 2, total_pages: 1 },
        },
      },
      {
        meta: META,
        data: {
          branches: [
            { ...BEYOND, metadata: {} },
            { ...BEYOND, metadata: { owner: "" }, stats: { inserts: 1, updates: 1, deletes: 1 } },
          ],
        },
      },
    );
    expect(body.data.branches.map((one: { name: string }) => one.name)).toEqual(["feature-auth", "main"]);
    expect(body.data.branches[0].stats.changes_from_source).toBe(3);
    expect(body.data.pagination).toEqual({ page: 1, limit: 20, total: 2, total_pages: 1 });
  });

  it("is sorted, paged and chosen by its parameters, each with its default", async () => {
    for (let i = 0; i < 20; i++) await must(server, "POST", "/v1/branches", { name: `b${String(i).padStart(2, "0")}` });
    const names = async (query: string): Promise<string[]> =>
      (await ask("GET", `/v1/branches${query}`)).body.data.branches.map((one: { name: string }) => one.name);
    const newest = await names("");
    expect([newest.length, newest[0], newest[19]]).toEqual([20, "b19", "b00"]);
    expect(await names("?page=2&status=active")).toEqual(["feature-auth", "main"]);
    expect(await names("?sort=name&order=asc&limit=3")).toEqual(["b00", "b01", "b02"]);
    expect(await names("?sort=created_at&order=asc&limit=1")).toEqual(["main"]);
    await ask("PATCH", "/v1/branches/b05", { display_name: "Touched" });
    expect(await names("?sort=updated_at&limit=1")).toEqual(["b05"]);
    expect(await names("?limit=100&status=all")).toContain("beyond");
    expect((await ask("GET", "/v1/branches?limit=101")).body.error.message).toBe("'limit' must be at most 100.");
  });

  it("tells active, merged and deleted branches apart", async () => {
    await ask("POST", "/v1/branches/b00/merge", { target_branch: "main" });
    await execute(server, "INSERT INTO orders (user_id) VALUES (1)", "b01");
    await ask("POST", "/v1/branches/b01/merge", { target_branch: "main" });
    await ask("DELETE", "/v1/branches/b02");
    const statuses = async (status: string) => {
      const { branches } = (await ask("GET", `/v1/branches?limit=100&status=${status}`)).body.data;
      return [...new Set(branches.map((one: { status: string }) => one.status))].sort();
    };
    expect(await statuses("active")).toEqual(["active"]);
    expect(await statuses("merged")).toEqual(["merged"]);
    expect(await statuses("deleted")).toEqual(["deleted"]);
    expect(await statuses("all")).toEqual(["active", "deleted", "merged"]);
  });

  it("leaves the changes out with include_changes=false, and has them in the other dialect when asked for", async () => {
    const spec = await ask("GET", "/v1/branches?include_changes=false&status=active");
    expect(JSON.stringify(spec.body)).not.toContain("changes_from_source");
    const lite = await call(server, "GET", "/v1/branches?include_changes=true&sort=name&order=desc&limit=2");
    expect(lite.body.branches.map((one: { name: string; changes: unknown }) => [one.name, one.changes])).toEqual([
      ["main", null],
      ["feature-auth", { inserts: 1, updates: 1, deletes: 1 }],
    ]);
  });
});

describe("deleting a branch, as the specification shows it", () => {
  it("answers 200 with what was deleted and when", async () => {
    await ask("POST", "/v1/branches", { name: "gone" });
    const { status, body } = await ask("DELETE", "/v1/branches/gone");
    expect(status).toBe(200);
    expectForm(
      body,
      { success: true, data: { deleted: true, branch_name: "gone", deleted_at: "2025-12-01T12:00:00Z" } },
      { meta: META },
    );
  });

  it("is found by its id afterwards, unless include_deleted=false", async () => {
    const { id } = (await ask("POST", "/v1/branches", { name: "gone" })).body.data;
    await ask("DELETE", "/v1/branches/gone");
    const { body } = await ask("GET", `/v1/branches/${id}`);
    expectForm(body.data, BRANCH, {
      ...BEYOND,
      deleted_at: "2025-12-01T08:00:00Z",
      metadata: {},
      stats: {
        tables: 2,
        rows: 5,
        size_bytes: 1,
        changes_from_source: 0,
        inserts: 0,
        updates: 0,
        deletes: 0,
        data_bytes: 1,
        history_bytes: 1,
      },
      divergence: { source_branch: "main", commits_ahead: 0, commits_behind: 0, can_fast_forward: true },
    });
    expect((await ask("GET", `/v1/branches/${id}?include_deleted=false`)).status).toBe(404);
  });

  it("takes force, which overrides neither protection nor children", async () => {
    await ask("POST", "/v1/branches", { name: "parent" });
    await ask("POST", "/v1/branches", { name: "child", source_branch: "parent" });
    await ask("PATCH", "/v1/branches/child", { is_protected: true });
    const codeOf = async (path: string) => {
      const { status, body } = await ask("DELETE", path);
      return [status, body.error?.code ?? body.data.deleted];
    };
    expect(await codeOf("/v1/branches/main?force=true")).toEqual([403, "BRANCH_PROTECTED"]);
    expect(await codeOf("/v1/branches/child?force=true")).toEqual([403, "BRANCH_PROTECTED"]);
    expect(await codeOf("/v1/branches/parent?force=true")).toEqual([409, "BRANCH_HAS_CHILDREN"]);
    expect(await codeOf("/v1/branches/child?force=maybe")).toEqual([400, "INVALID_FIELD"]);
    await ask("PATCH", "/v1/branches/child", { is_protected: false });
    expect(await codeOf("/v1/branches/child?force=true")).toEqual([200, true]);
    expect(await codeOf("/v1/branches/parent?force=false")).toEqual([200, true]);
  });
});
