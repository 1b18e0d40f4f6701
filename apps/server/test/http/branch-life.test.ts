import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, must, patch, post, rows, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  await execute(server, "INSERT INTO items VALUES (1, 'lamp'), (2, 'desk')");
});
afterAll(() => server?.remove());

const branch = (name: string, more: object = {}) => must(server, "POST", "/v1/branches", { name, ...more });
const names = (branches: readonly { name: string }[]) => branches.map(({ name }) => name).sort();
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

describe("what is kept with a branch", () => {
  it("is shown in both dialects", async () => {
    const expires = inAnHour();
    const metadata = { owner: "alice@example.com", ticket: "JIRA-1", nested: { list: [1, null, "x"] } };
    const made = await branch("labelled", { display_name: "Größe ✓", metadata, expires_at: expires });
    expect(made).toMatchObject({ display_name: "Größe ✓", metadata, expires_at: expires, is_protected: false });
    const spec = await get(server, "/v1/branches/labelled", { accept: SPEC });
    expect(spec.body.data).toMatchObject({
      display_name: "Größe ✓",
      metadata,
      expires_at: `${new Date(expires * 1000).toISOString().slice(0, 19)}Z`,
    });
    expect(await must(server, "GET", "/v1/branches/main")).toMatchObject({
      display_name: null,
      metadata: {},
      expires_at: null,
      is_default: true,
    });
  });

  it("expires at a time in any of three forms", async () => {
    const seconds = inAnHour();
    const forms = { seconds, millis: seconds * 1000 + 500, iso: new Date(seconds * 1000).toISOString() };
    for (const [name, expires_at] of Object.entries(forms)) {
      expect([name, (await branch(`until-${name}`, { expires_at })).expires_at]).toEqual([name, seconds]);
    }
    const exact = await get(server, "/v1/branches/until-millis", { accept: SPEC });
    expect(exact.body.data.expires_at).toBe(`${new Date(seconds * 1000).toISOString().slice(0, 19)}.500000Z`);
  });

  it.each([
    [{ expires_at: 1_700_000_000 }, "Expected a time in the future"],
    [{ expires_at: "soon" }, "'expires_at' must be seconds or milliseconds"],
    [{ expires_at: "scn:4" }, "'expires_at' must be seconds or milliseconds"],
    [{ expires_at: true }, "'expires_at' must be a number or a string, got a boolean"],
    [{ metadata: [1] }, "'metadata' must be an object, got a list"],
    [{ metadata: { text: "x".repeat(16_384) } }, "'metadata' must have at most 16384 bytes"],
    [{ display_name: "x".repeat(201) }, "'display_name' must have at most 200 characters"],
  ])("is refused: %j", async (more, message) => {
    const answer = await post(server, "/v1/branches", { name: "refused", ...more });
    expect([answer.status, answer.body.code]).toEqual([400, "INVALID_FIELD"]);
    expect(answer.body.message).toContain(message);
    expect((await get(server, "/v1/branches/refused")).status).toBe(404);
  });

  it("has near names for those that are wrong", async () => {
    const wrong = await post(server, "/v1/branches", { name: "x", displayName: "X" });
    expect(wrong.body).toMatchObject({ code: "UNKNOWN_FIELD" });
    expect(wrong.body.message).toContain("Did you mean 'display_name'?");
  });
});

describe("changing a branch", () => {
  it("changes what is named, and leaves the rest", async () => {
    const made = await branch("old-name", { display_name: "Old", metadata: { a: 1 }, expires_at: inAnHour() });
    const renamed = await patch(server, "/v1/branches/old-name", { name: "new-name", metadata: { b: 2 } });
    expect(renamed.status).toBe(200);
    expect(renamed.body).toMatchObject({
      id: made.id,
      name: "new-name",
      display_name: "Old",
      metadata: { b: 2 },
      expires_at: made.expires_at,
    });
    expect((await get(server, "/v1/branches/old-name")).status).toBe(404);
    const cleared = await patch(server, `/v1/branches/${made.id}`, { display_name: null, expires_at: null });
    expect(cleared.body).toMatchObject({ name: "new-name", display_name: null, expires_at: null, metadata: { b: 2 } });
  });

  it("is known by its time", async () => {
    await branch("touched");
    const before = await get(server, "/v1/branches/touched", { accept: SPEC });
    const after = await patch(server, "/v1/branches/touched", { display_name: "T" }, { accept: SPEC });
    // As many digits in each, so that they compare as texts.
    const exact = (time: string) => time.replace(/(\.\d+)?Z$/, (_, fraction = ".") => fraction.padEnd(7, "0"));
    expect(exact(after.body.data.updated_at) > exact(before.body.data.updated_at)).toBe(true);
    expect(after.body.data.created_at).toBe(before.body.data.created_at);
  });

  it("can make it read-only, and writable again", async () => {
    await branch("switch");
    await patch(server, "/v1/branches/switch", { read_only: true });
    const refused = await post(server, "/v1/branches/switch/execute", { sql: "DELETE FROM items" });
    expect([refused.status, refused.body.code]).toEqual([403, "BRANCH_READ_ONLY"]);
    await patch(server, "/v1/branches/switch", { read_only: false });
    expect((await execute(server, "DELETE FROM items", "switch")).affected_rows).toBe(2);
  });

  it.each([
    ["switch", {}, 400, "INVALID_FIELD", "must have at least 1 of the fields name, display_name"],
    ["switch", { name: null }, 400, "INVALID_FIELD", "must have at least 1 of"],
    ["switch", { name: "main" }, 409, "BRANCH_EXISTS", "'main' already exists"],
    ["switch", { name: "a b" }, 400, "INVALID_BRANCH_NAME", ""],
    ["switch", { protected: true }, 400, "UNKNOWN_FIELD", "Did you mean 'is_protected'?"],
    ["switch", { expires_at: 5 }, 400, "INVALID_FIELD", "Expected a time in the future"],
    ["nope", { name: "x" }, 404, "BRANCH_NOT_FOUND", "'nope' not found"],
    ["main", { name: "x" }, 400, "BRANCH_PROTECTED", "can't be renamed"],
    ["main", { expires_at: 4_000_000_000 }, 400, "BRANCH_PROTECTED", "can't expire"],
  ])("of %s with %j is refused", async (name, body, status, code, message) => {
    const answer = await patch(server, `/v1/branches/${name}`, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.message).toContain(message);
  });

  it("is 403 in the specification's dialect where it would rename main", async () => {
    const answer = await patch(server, "/v1/branches/main", { name: "x" }, { accept: SPEC });
    expect([answer.status, answer.body.error.code]).toEqual([403, "BRANCH_PROTECTED"]);
  });

  it("needs the scope write", async () => {
    const answer = await patch(server, "/v1/branches/switch", { display_name: "x" }, { key: KEYS.read });
    expect([answer.status, answer.body.scope]).toEqual([403, "write"]);
  });
});

describe("a protected branch", () => {
  beforeAll(async () => {
    await branch("release");
    await branch("fix", { parent: "release" });
    await execute(server, "INSERT INTO items VALUES (3, 'chair')", "fix");
  });

  it("is made so, and freed, with the scope admin alone", async () => {
    const asWriter = await patch(server, "/v1/branches/release", { is_protected: true }, { key: KEYS.write });
    expect([asWriter.status, asWriter.body.code, asWriter.body.scope]).toEqual([403, "FORBIDDEN", "admin"]);
    const done = await patch(server, "/v1/branches/release", { is_protected: true });
    expect(done.body.is_protected).toBe(true);
    const freeing = await patch(server, "/v1/branches/release", { is_protected: false }, { key: KEYS.write });
    expect(freeing.status).toBe(403);
  });

  it("takes no direct write, and is neither deleted nor reset", async () => {
    const write = await post(server, "/v1/branches/release/execute", { sql: "DELETE FROM items" });
    expect([write.status, write.body.code]).toEqual([403, "BRANCH_PROTECTED"]);
    for (const accept of [undefined, SPEC]) {
      const status = accept ? 403 : 400;
      expect((await call(server, "DELETE", "/v1/branches/release", undefined, { accept })).status).toBe(status);
      expect((await post(server, "/v1/branches/release/reset", {}, { accept })).status).toBe(status);
    }
  });

  it("takes a merge from who holds the scope merge itself", async () => {
    const merge = (key: string) => post(server, "/v1/branches/fix/merge", { target: "release" }, { key });
    const asWriter = await merge(KEYS.write);
    expect([asWriter.status, asWriter.body.code, asWriter.body.scope]).toEqual([403, "FORBIDDEN", "merge"]);
    expect(await rows(server, "SELECT count(*) AS n FROM items", "release")).toEqual([{ n: 2 }]);
    const deleting = { target: "release", delete_source_after_merge: true };
    const asDeleter = await post(server, "/v1/branches/fix/merge", deleting, { key: KEYS.merge });
    expect([asDeleter.status, asDeleter.body.scope]).toEqual([403, "write"]);
    const asMerger = await merge(KEYS.merge);
    expect([asMerger.status, asMerger.body.merged_keys]).toEqual([200, 1]);
    expect(await rows(server, "SELECT count(*) AS n FROM items", "release")).toEqual([{ n: 3 }]);
  });
});

describe("the scope merge alone", () => {
  it("merges, and neither reads nor writes", async () => {
    await branch("by-merger");
    await execute(server, "INSERT INTO items VALUES (70, 'stool')", "by-merger");
    const as = { key: KEYS.merge };
    const others: [string, string, object?][] = [
      ["GET", "/v1/branches"],
      ["GET", "/v1/branches/by-merger"],
      ["GET", "/v1/branches/by-merger/diff"],
      ["GET", "/v1/branches/by-merger/history"],
      ["GET", "/v1/branches/by-merger/tables/items/data"],
      ["POST", "/v1/branches/by-merger/query", { sql: "SELECT 1" }],
      ["POST", "/v1/branches", { name: "mine" }],
      ["POST", "/v1/branches/by-merger/reset"],
      ["DELETE", "/v1/branches/by-merger"],
    ];
    for (const [method, path, body] of others) {
      expect([method, path, (await call(server, method, path, body, as)).status]).toEqual([method, path, 403]);
    }
    const preview = await post(server, "/v1/branches/by-merger/merge", { target: "main", dry_run: true }, as);
    expect([preview.status, preview.body.merged_keys]).toEqual([200, 1]);
    expect((await post(server, "/v1/branches/by-merger/merge", { target: "main" }, as)).status).toBe(200);
  });
});

describe("a deleted branch", () => {
  it("is listed when asked for, and in the specification's dialect anyway", async () => {
    const { id } = await branch("listed-deleted");
    await call(server, "DELETE", "/v1/branches/listed-deleted");
    expect(names((await get(server, "/v1/branches")).body.branches)).not.toContain("listed-deleted");
    const deleted = (await get(server, "/v1/branches?status=deleted")).body;
    expect(deleted.branches).toContainEqual(expect.objectContaining({ id, state: "Deleted" }));
    expect(deleted.branches.every((one: { deleted_at: number }) => one.deleted_at > 1_700_000_000)).toBe(true);
    const all = (await get(server, "/v1/branches?status=all")).body;
    expect(names(all.branches)).toEqual(expect.arrayContaining(["listed-deleted", "main"]));
    const spec = (await get(server, "/v1/branches?limit=100", { accept: SPEC })).body.data;
    expect(spec.branches).toContainEqual(expect.objectContaining({ id, status: "deleted" }));
    expect(spec.pagination.total).toBe(all.total);
  });

  it("is found by its id where the dialect has it, or when asked for", async () => {
    const { id } = await branch("found-deleted");
    await call(server, "DELETE", `/v1/branches/${id}`);
    expect((await get(server, `/v1/branches/${id}`)).body.code).toBe("BRANCH_NOT_FOUND");
    expect((await get(server, `/v1/branches/${id}?include_deleted=true`)).body).toMatchObject({ id, state: "Deleted" });
    expect((await get(server, `/v1/branches/${id}`, { accept: SPEC })).body.data.status).toBe("deleted");
    expect((await get(server, `/v1/branches/${id}?include_deleted=false`, { accept: SPEC })).status).toBe(404);
    expect((await get(server, "/v1/branches/found-deleted", { accept: SPEC })).status).toBe(404);
  });

  it("comes back with its rows, under its name or another", async () => {
    const { id } = await branch("phoenix");
    await execute(server, "INSERT INTO items VALUES (9, 'ash')", "phoenix");
    await call(server, "DELETE", "/v1/branches/phoenix");
    const back = await post(server, `/v1/branches/${id}/undelete`);
    expect(back.body).toMatchObject({ id, name: "phoenix", state: "Active" });
    expect(back.body).not.toHaveProperty("deleted_at");
    expect(await rows(server, "SELECT name FROM items WHERE id = 9", "phoenix")).toEqual([{ name: "ash" }]);

    await call(server, "DELETE", "/v1/branches/phoenix");
    await branch("phoenix");
    const taken = await post(server, `/v1/branches/${id}/undelete`);
    expect([taken.status, taken.body.code]).toEqual([409, "BRANCH_EXISTS"]);
    const renamed = await post(server, `/v1/branches/${id}/undelete`, { name: "phoenix-2" }, { accept: SPEC });
    expect(renamed.body.data).toMatchObject({ id, name: "phoenix-2", status: "active" });
  });

  it("does not come back by its name, or when it is not deleted", async () => {
    for (const name of ["phoenix", "br_aaaaaaaaaaaaaaaa", (await must(server, "GET", "/v1/branches/main")).id]) {
      const answer = await post(server, `/v1/branches/${name}/undelete`);
      expect([name, answer.status, answer.body.code]).toEqual([name, 404, "BRANCH_NOT_FOUND"]);
    }
  });
});
