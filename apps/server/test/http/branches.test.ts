import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, must, post, rows, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)");
  await execute(server, "INSERT INTO users VALUES (1, 'Alice', 'a@x'), (2, 'Bob', 'b@x'), (3, 'Cid', 'c@x')");
});
afterAll(() => server?.remove());

const branch = (name: string, more: object = {}) => must(server, "POST", "/v1/branches", { name, ...more });

describe("creating and reading branches", () => {
  it("makes a branch of main, as the tutorial shows it", async () => {
    const made = await post(server, "/v1/branches", { name: "feature-user-auth", parent: "main" });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: "feature-user-auth", parent: "main", state: "Active" });
    expect(made.body.id).toMatch(/^br_[a-z2-7]{16}$/);
    expect(made.body.stats).toMatchObject({ total_keys: 3 });
    for (const time of [made.body.created_at, made.body.snapshot_id, made.body.stats.last_modified]) {
      expect(time).toBeGreaterThan(1_700_000_000);
      expect(Number.isInteger(time)).toBe(true);
    }
    expect((await get(server, "/v1/branches/feature-user-auth")).body).toEqual(made.body);
    expect((await get(server, `/v1/branches/${made.body.id}`)).body).toEqual(made.body);
  });

  it("makes the same one from the specification's body", async () => {
    const body = { name: "feature-auth", source_branch: "main", as_of: { type: "now" } };
    const made = await post(server, "/v1/branches", body, { accept: SPEC });
    expect(made.status).toBe(201);
    expect(made.headers.get("content-type")).toBe(SPEC);
    expect(made.body).toMatchObject({
      success: true,
      data: { name: "feature-auth", status: "active", source_branch: "main", is_default: false },
      meta: { request_id: made.headers.get("x-request-id") },
    });
    expect(made.body.data.source_snapshot).toMatch(/^snap_[0-9a-z]+$/);
    expect(made.body.data.created_at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it("branches from a point in time given as seconds, as a typed point, and as a snapshot", async () => {
    const { scn } = await execute(server, "INSERT INTO users VALUES (4, 'Dee', 'd@x')");
    await execute(server, "DELETE FROM users WHERE id = 4");
    await branch("at-scn", { snapshot_id: `scn:${scn}` });
    await branch("at-type", { as_of: { type: "transaction", value: scn } });
    await branch("at-snap", { snapshot_id: `snap_${scn.toString(36)}` });
    for (const name of ["at-scn", "at-type", "at-snap"]) {
      expect(await rows(server, "SELECT count(*) AS n FROM users", name)).toEqual([{ n: 4 }]);
    }
    const seconds = await branch("at-seconds", { snapshot_id: Math.floor(Date.now() / 1000) });
    expect(seconds.state).toBe("Active");
  });

  it("keeps to the options", async () => {
    await branch("frozen", { options: { read_only: true } });
    const write = await post(server, "/v1/branches/frozen/execute", { sql: "DELETE FROM users" });
    expect([write.status, write.body.code]).toEqual([403, "BRANCH_READ_ONLY"]);
    await branch("follower", { options: { isolated: false } });
    await execute(server, "INSERT INTO users VALUES (50, 'Fay', 'f@x')");
    expect(await rows(server, "SELECT name FROM users WHERE id = 50", "follower")).toEqual([{ name: "Fay" }]);
    await execute(server, "DELETE FROM users WHERE id = 50");
  });

  it.each([
    [{ name: "main" }, 409, "Conflict", "BRANCH_EXISTS", "Branch 'main' already exists"],
    [{ name: "no/slash" }, 400, "BadRequest", "INVALID_BRANCH_NAME", ""],
    [{ name: "br_7k2m9q4w3x5f6a2b" }, 400, "BadRequest", "INVALID_BRANCH_NAME", ""],
    [{ name: "x", parent: "nope" }, 404, "NotFound", "BRANCH_NOT_FOUND", "Branch 'nope' not found"],
    [{ name: "x", parent: "main", source_branch: "main" }, 400, "BadRequest", "FIELD_CONFLICT", "Send one of them"],
    [{ name: "x", snapshot_id: 1, as_of: 1 }, 400, "BadRequest", "FIELD_CONFLICT", "Send one of them"],
    [{ name: "x", snapshot_id: 1 }, 422, "UnprocessableEntity", "POINT_BEFORE_HISTORY", ""],
    [{ name: "x", snapshot_id: 4_000_000_000 }, 422, "UnprocessableEntity", "POINT_IN_FUTURE", ""],
    [{ name: "x", snapshot_id: "soon" }, 400, "BadRequest", "INVALID_POINT", ""],
    [{ name: "x", snapshot_id: "snap_zzzzz" }, 404, "NotFound", "SNAPSHOT_NOT_FOUND", ""],
    [{ name: "x", options: { readonly: true } }, 400, "BadRequest", "UNKNOWN_FIELD", "Did you mean 'read_only'?"],
    [{ nmae: "x" }, 400, "BadRequest", "UNKNOWN_FIELD", "Did you mean 'name'?"],
    [{}, 400, "BadRequest", "INVALID_FIELD", "'name' is required"],
  ])("refuses %j", async (body, status, error, code, message) => {
    const answer = await post(server, "/v1/branches", body);
    expect([answer.status, answer.body.status, answer.body.error, answer.body.code]).toEqual([
      status,
      status,
      error,
      code,
    ]);
    expect(answer.body.message).toContain(message);
  });
});

describe("listing branches", () => {
  it("in the tutorial's dialect is all of them, oldest first, with their number", async () => {
    const { body } = await get(server, "/v1/branches");
    expect(body.total).toBe(body.branches.length);
    expect(body.branches[0]).toMatchObject({ name: "main", parent: null, is_default: true });
    const times = body.branches.map((one: { created_at: number }) => one.created_at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("in the specification's is by page, newest first", async () => {
    const { body } = await get(server, "/v1/branches?limit=2", { accept: SPEC });
    expect(body.data.branches).toHaveLength(2);
    expect(body.data.branches[0].name).not.toBe("main");
    expect(body.data.pagination).toMatchObject({ page: 1, limit: 2 });
    const last = await get(server, `/v1/branches?limit=1&page=${body.data.pagination.total}`, { accept: SPEC });
    expect(last.body.data.branches[0]).toMatchObject({ name: "main", is_default: true });
    expect(last.body.data.branches[0]).not.toHaveProperty("source_branch");
  });

  it("takes the same parameters in both", async () => {
    const { body } = await get(server, "/v1/branches?sort=name&order=desc&limit=3&status=active");
    const names = body.branches.map((one: { name: string }) => one.name);
    expect(names).toEqual([...names].sort().reverse());
    expect(names).toHaveLength(3);
    for (const bad of ["limit=0", "limit=101", "page=x", "sort=size", "status=lost"]) {
      expect((await get(server, `/v1/branches?${bad}`)).body.code).toBe("INVALID_FIELD");
    }
    expect((await get(server, "/v1/branches?statsu=active")).body.message).toContain("Did you mean 'status'?");
  });
});

describe("deleting a branch", () => {
  it("is 204 without a body in the tutorial's dialect, 200 with one in the specification's", async () => {
    await branch("gone-1");
    await branch("gone-2");
    const lite = await call(server, "DELETE", "/v1/branches/gone-1");
    expect([lite.status, lite.body, lite.headers.get("content-type")]).toEqual([204, "", null]);
    const spec = await call(server, "DELETE", "/v1/branches/gone-2", undefined, { accept: SPEC });
    expect(spec.status).toBe(200);
    expect(spec.body.data).toMatchObject({ deleted: true, branch_name: "gone-2" });
    for (const name of ["gone-1", "gone-2"]) {
      const after = await get(server, `/v1/branches/${name}`);
      expect(after.body).toMatchObject({ status: 404, error: "NotFound", message: `Branch '${name}' not found` });
    }
    await branch("gone-1");
  });

  it("is refused for main and for a parent: 400, or 403 and 409", async () => {
    await branch("parent-1");
    await branch("child-1", { parent: "parent-1" });
    const answers = await Promise.all(
      ["main", "parent-1"].flatMap((name) =>
        [undefined, SPEC].map((accept) => call(server, "DELETE", `/v1/branches/${name}`, undefined, { accept })),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([400, 403, 400, 409]);
    expect(answers[0]!.body).toMatchObject({ error: "BadRequest", code: "BRANCH_PROTECTED" });
    expect(answers[3]!.body.error).toMatchObject({ code: "BRANCH_HAS_CHILDREN", details: { children: ["child-1"] } });
  });
});

describe("merging", () => {
  it("without conflicts says so in the tutorial's words", async () => {
    await branch("clean");
    await must(server, "POST", "/v1/branches/clean/tables/users/data", {
      rows: [
        { id: 100, name: "Charlie" },
        { id: 101, name: "Diana" },
      ],
    });
    const merged = await post(server, "/v1/branches/clean/merge", { target: "main", strategy: "Auto" });
    expect(merged.status).toBe(200);
    expect(merged.body).toMatchObject({
      merged_keys: 2,
      conflicts: [],
      completed: true,
      message: "Successfully merged 2 keys from 'clean' into 'main' with no conflicts",
    });
    expect(Math.abs(merged.body.merge_timestamp - Date.now() / 1000)).toBeLessThan(60);
    expect((await get(server, "/v1/branches/clean")).body.state).toBe("Merged");
    await execute(server, "DELETE FROM users WHERE id = 100", "clean");
    expect((await get(server, "/v1/branches/clean")).body.state).toBe("Active");
  });

  async function conflicting(name: string): Promise<void> {
    await branch(name);
    await execute(server, `UPDATE users SET name = 'source ${name}', email = 's ${name}' WHERE id = 1`, name);
    await execute(server, `UPDATE users SET name = 'target ${name}', email = 't ${name}' WHERE id = 1`);
  }

  it.each([
    ["Auto", "target", "Auto"],
    ["ours", "target", "Ours"],
    ["Theirs", "source", "Theirs"],
    ["source_wins", "source", "Theirs"],
    ["TARGET_WINS", "target", "Ours"],
  ])("with conflicts and %s takes the %s", async (strategy, winner, word) => {
    const name = `fight-${strategy.replaceAll("_", "-")}`;
    await conflicting(name);
    const { body } = await post(server, `/v1/branches/${name}/merge`, { target: "main", strategy });
    expect(body.message).toBe(`Successfully merged 0 keys from '${name}' into 'main' with 2 conflicts resolved`);
    expect(body.conflicts[0]).toMatchObject({
      key: "users:1",
      table: "users",
      row_id: "1",
      column: "name",
      conflict_type: "update_update",
      source_value: `source ${name}`,
      target_value: `target ${name}`,
      resolution: word,
      resolved_value: `${winner} ${name}`,
    });
    expect(await rows(server, "SELECT name FROM users WHERE id = 1")).toEqual([{ name: `${winner} ${name}` }]);
  });

  it("with Manual or abort is 409 and changes nothing", async () => {
    await conflicting("stuck");
    const manual = await post(server, "/v1/branches/stuck/merge", { target: "main", strategy: "Manual" });
    expect(manual.body).toMatchObject({ status: 409, error: "Conflict", code: "MERGE_CONFLICT" });
    expect(manual.body.conflicts.map((one: { key: string; column: string }) => [one.key, one.column])).toEqual([
      ["users:1", "name"],
      ["users:1", "email"],
    ]);
    const spec = { target_branch: "main", conflict_resolution: "abort" };
    const abort = await post(server, "/v1/branches/stuck/merge", spec, { accept: SPEC });
    expect(abort.status).toBe(409);
    expect(abort.body.error).toMatchObject({
      code: "MERGE_CONFLICT",
      details: { conflicts: [{ table: "users", row_id: "1", column: "name", conflict_type: "update_update" }] },
    });
    expect(abort.body.error.details.conflicts).toHaveLength(1);
    expect(await rows(server, "SELECT name FROM users WHERE id = 1")).toEqual([{ name: "target stuck" }]);
  });

  it("answers in the specification's words, and can delete the source", async () => {
    await branch("short-lived");
    await execute(server, "INSERT INTO users VALUES (200, 'Eve', 'e@x')", "short-lived");
    const body = { target_branch: "main", delete_source_after_merge: true, merge_message: "done" };
    const merged = await post(server, "/v1/branches/short-lived/merge", body, { accept: SPEC });
    expect(merged.body.data).toMatchObject({
      status: "merged",
      source_branch: "short-lived",
      target_branch: "main",
      changes_merged: 1,
      conflicts_resolved: 0,
      source_deleted: true,
    });
    expect((await get(server, "/v1/branches/short-lived")).status).toBe(404);
  });

  it("names branches by their names, however they were given", async () => {
    const { id } = await branch("by-id");
    await execute(server, "INSERT INTO users VALUES (300, 'Ida', 'i@x')", id);
    const { message } = await must(server, "POST", `/v1/branches/${id}/merge`, { target: "main" });
    expect(message).toBe("Successfully merged 1 keys from 'by-id' into 'main' with no conflicts");
  });

  it("can be tried first", async () => {
    await branch("tried");
    await execute(server, "DELETE FROM users WHERE id = 2", "tried");
    const dry = await post(server, "/v1/branches/tried/merge", { target: "main", dry_run: true });
    expect([dry.status, dry.body.completed, dry.body.merged_keys]).toEqual([200, false, 1]);
    expect(dry.body.message).toBe("Dry run: would merge 1 keys from 'tried' into 'main' with no conflicts");
    expect(await rows(server, "SELECT id FROM users WHERE id = 2")).toEqual([{ id: 2 }]);
  });

  it.each([
    ["main", { target: "main" }, 422, "INVALID_MERGE"],
    ["nope", { target: "main" }, 404, "BRANCH_NOT_FOUND"],
    ["clean", { target: "nope" }, 404, "BRANCH_NOT_FOUND"],
    ["clean", {}, 400, "INVALID_FIELD"],
    ["clean", { target: "main", target_branch: "main" }, 400, "FIELD_CONFLICT"],
    ["clean", { target: "main", strategy: "Auto", conflict_resolution: "manual" }, 400, "FIELD_CONFLICT"],
    ["clean", { target: "main", strategy: "best" }, 400, "INVALID_FIELD"],
    ["clean", { target: "main", if_target_scn: 1 }, 409, "TARGET_MOVED"],
    ["main", { target: "clean", delete_source_after_merge: true }, 422, "INVALID_MERGE"],
    ["clean", { target: "frozen" }, 403, "BRANCH_READ_ONLY"],
  ])("of %s with %j is refused", async (source, body, status, code) => {
    const answer = await post(server, `/v1/branches/${source}/merge`, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
