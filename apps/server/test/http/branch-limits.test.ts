import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../dist/surfaces/v1/routes/index.js";
import { type Answer, call, execute, get, must, patch, post, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

let server: TestServer;
let key: string;
let token: string;
/** Ids by name. */
const ids: Record<string, string> = {};
/** Every answer that somebody limited has had. */
const seen: string[] = [];

const branch = async (name: string, more: object = {}) => {
  ids[name] = (await must(server, "POST", "/v1/branches", { name, ...more })).id;
};

beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, v TEXT)");
  await execute(server, "INSERT INTO items VALUES (1, 'a')");
  ids.main = (await must(server, "GET", "/v1/branches/main")).id;
  await branch("secret");
  await execute(server, "INSERT INTO items VALUES (2, 'b')", "secret");
  await branch("feature-a", { parent: "secret" });
  await execute(server, "INSERT INTO items VALUES (3, 'c')", "feature-a");
  await branch("feature-b", { parent: "feature-a" });
  await execute(server, "UPDATE items SET v = 'changed' WHERE id = 2", "feature-b");
  await branch("secret-side", { parent: "secret" });
  await execute(server, "INSERT INTO items VALUES (4, 'd')", "secret-side");
  await must(server, "POST", "/v1/branches/secret-side/merge", { target: "feature-a" });
  await branch("secret-old");
  await must(server, "DELETE", "/v1/branches/secret-old");
  await branch("feature-old");
  await must(server, "DELETE", "/v1/branches/feature-old");
  const scopes = ["read", "write", "merge"];
  const body = { name: "features", scopes, branches: ["feature-*"] };
  ({ key } = await must(server, "POST", "/v1/auth/keys", body));
  ({ token } = (await post(server, "/v1/auth/token", undefined, { key })).body);
});
afterAll(() => server?.remove());

/** With the limited key, and every other time with a token that it was exchanged for. */
let turn = 0;
async function limited(method: string, path: string, body?: unknown, accept?: string): Promise<Answer> {
  const as = turn++ % 2 === 0 ? { key } : { key: null, token };
  const answer = await call(server, method, path, body, { ...as, ...(accept && { accept }) });
  seen.push(`${method} ${path} ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

/** What an answer says beyond the branch that was asked for and the request itself. */
function bytes({ status, body }: Answer, ref: string): string {
  const { request_id, meta, ...said } = body;
  return `${status} ${JSON.stringify(said).replaceAll(ref, "REF")}`;
}

/** A body for each operation on a branch that needs one. */
const BODIES: { readonly [operation: string]: object } = {
  updateBranch: { display_name: "x" },
  mergeBranch: { target: "feature-b" },
  restoreBranch: { as_of: "scn:1" },
  insertRows: { rows: [{ id: 9 }] },
  updateRows: { values: { v: "x" }, filter: "true" },
  deleteRows: { filter: "true" },
  query: { sql: "SELECT 1" },
  execute: { sql: "DELETE FROM items" },
  executeBatch: { statements: [{ sql: "DELETE FROM items" }] },
};
const onBranches = OPERATIONS.filter(({ path, access }) => path.includes("{branch}") && access !== "admin");

describe("a branch outside a key's globs", () => {
  const unknown = ["nowhere", "feature-nowhere", "br_aaaaaaaaaaaaaaaa"];
  const hidden = () => ["main", "secret", ids.main!, ids.secret!, ids["secret-old"]!];

  for (const accept of [undefined, SPEC]) {
    it.each(onBranches.map((one) => [one.id, one] as const))(
      `is none to %s, in the ${accept ? "specification" : "tutorial"}'s dialect`,
      async (id, { method, path }) => {
        const ask = async (ref: string) => {
          const key = id === "getRowHistory" ? "?key=1" : "";
          const filled = path
            .replace("{branch}", ref)
            .replace("{table}", "items")
            .replace("{snapshot}", "snap_1")
            .concat(key);
          return bytes(await limited(method, filled, BODIES[id], accept), ref);
        };
        const none = new Set<string>();
        for (const ref of unknown) none.add(await ask(ref));
        expect([...none]).toEqual([
          expect.stringMatching(/^404 .*'REF' not found.*BRANCH_NOT_FOUND|^404 .*BRANCH_NOT_FOUND.*'REF' not found/),
        ]);
        for (const ref of hidden()) none.add(await ask(ref));
        expect([...none]).toHaveLength(1);
      },
    );
  }

  const others: [string, (ref: string) => Promise<Answer>][] = [
    ["a parent", (parent) => limited("POST", "/v1/branches", { name: "feature-new", parent })],
    ["a target", (target) => limited("POST", "/v1/branches/feature-b/merge", { target })],
    ["a target of a dry run", (target) => limited("POST", "/v1/branches/feature-b/merge", { target, dry_run: true })],
    ["what is compared with", (from) => limited("GET", `/v1/branches/feature-b/diff?from=${from}`)],
    [
      "what is compared with, at a point in time",
      (from) => limited("GET", `/v1/branches/feature-b/diff?from=${from}@scn:1`),
    ],
  ];
  it.each(others)("is none as %s", async (_, ask) => {
    const none = new Set<string>();
    for (const ref of [...unknown, ...hidden()]) none.add(bytes(await ask(ref), ref));
    expect([...none]).toEqual([expect.stringMatching(/^404 .*BRANCH_NOT_FOUND/)]);
  });

  it("is not even the default parent", async () => {
    const answer = await limited("POST", "/v1/branches", { name: "feature-new" });
    expect([answer.status, answer.body.message]).toEqual([404, "Branch 'main' not found"]);
  });

  it("can't be made, nor its name given", async () => {
    const answers = [
      await limited("POST", "/v1/branches", { name: "other", parent: "feature-a" }),
      await limited("PATCH", "/v1/branches/feature-b", { name: "other" }),
      await limited("POST", `/v1/branches/${ids["feature-old"]}/undelete`, { name: "other" }),
      await limited("POST", "/v1/branches/feature-b/restore", { as_of: "scn:1", backup_branch_name: "other" }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(4).fill([403, "FORBIDDEN"]));
    expect(answers[0]!.body.message).toContain("'feature-*'");
    expect((await get(server, "/v1/branches")).body.branches.map((one: { name: string }) => one.name)).not.toContain(
      "other",
    );
  });
});

describe("what a key with globs sees", () => {
  const names = (list: { name: string }[]) => list.map(({ name }) => name).sort();

  it("are its branches alone, in lists and totals", async () => {
    const list = (await limited("GET", "/v1/branches")).body;
    expect(names(list.branches)).toEqual(["feature-a", "feature-b"]);
    expect(list.total).toBe(2);
    const all = (await limited("GET", "/v1/branches", undefined, SPEC)).body.data;
    expect(names(all.branches)).toEqual(["feature-a", "feature-b", "feature-old"]);
    expect(all.pagination).toMatchObject({ total: 3, total_pages: 1 });
    const page = (await limited("GET", "/v1/branches?page=2&limit=1")).body;
    expect([page.branches.length, page.total]).toEqual([1, 2]);
  });

  it("is where a branch comes from only when that is seen, too", async () => {
    for (const ref of ["feature-a", ids["feature-a"]]) {
      const lite = (await limited("GET", `/v1/branches/${ref}?include_stats=true&include_history=true`)).body;
      expect(lite).toMatchObject({ name: "feature-a", parent: null, details: { divergence: null } });
      const spec = (await limited("GET", `/v1/branches/${ref}`, undefined, SPEC)).body.data;
      expect(spec).not.toHaveProperty("source_branch");
      expect(spec).not.toHaveProperty("divergence");
    }
    const b = (await limited("GET", "/v1/branches/feature-b?include_stats=true")).body;
    expect(b).toMatchObject({ parent: "feature-a", details: { divergence: { parent: "feature-a" } } });
  });

  it("is a branch's history, without the names of others", async () => {
    const { history } = (await limited("GET", "/v1/branches/feature-a/history")).body;
    const made = history.map((one: { branch: string | null }) => one.branch);
    expect(new Set(made)).toEqual(new Set(["feature-a", null]));
    const merge = history.find((one: { type: string }) => one.type === "merge");
    expect(merge).toMatchObject({ branch: "feature-a", summary: "Merge" });
    expect(merge).not.toHaveProperty("merged_from");
    const row = (await limited("GET", "/v1/branches/feature-b/tables/items/history?key=2")).body;
    expect(row.versions.map((one: { branch: string | null }) => one.branch)).toEqual(["feature-b", null]);
    await limited("GET", "/v1/branches/feature-a/history", undefined, SPEC);
  });

  it("works as ever: rows, SQL, files, snapshots, comparing and merging", async () => {
    expect((await limited("GET", "/v1/branches/feature-b/tables")).body.tables).toHaveLength(1);
    expect((await limited("GET", "/v1/branches/feature-b/tables/items/data?as_of=scn:3")).status).toBe(200);
    expect((await limited("POST", "/v1/branches/feature-b/query", { sql: "SELECT count(*) FROM items" })).status).toBe(
      200,
    );
    expect((await limited("GET", "/v1/branches/feature-b/diff")).body.from.branch).toBe("feature-a");
    expect((await limited("GET", "/v1/branches/feature-a/diff")).status).toBe(400);
    expect((await limited("POST", "/v1/branches/feature-b/snapshots", { name: "s" })).body.branch).toBe("feature-b");
    expect((await limited("GET", "/v1/branches/feature-b/snapshots")).body.total).toBe(1);
    const file = await get(server, "/v1/branches/feature-b/file", { key });
    expect(file.status).toBe(200);
    expect((await limited("POST", "/v1/branches", { name: "feature-new", parent: "feature-b" })).status).toBe(201);
    const insert = { sql: "INSERT INTO items VALUES (10, 'new')" };
    expect((await limited("POST", "/v1/branches/feature-new/execute", insert)).status).toBe(200);
    const merged = await limited("POST", "/v1/branches/feature-new/merge", { target: ids["feature-b"] });
    expect(merged.body.merged_keys).toBe(1);
    const restore = { as_of: "scn:3", create_backup_branch: true };
    const restored = await limited("POST", "/v1/branches/feature-new/restore", restore);
    expect(restored.body.backup_branch).toMatch(/^feature-new-backup-\d+$/);
    const renamed = await limited("PATCH", `/v1/branches/${ids["feature-b"]}`, { name: "feature-b2" });
    expect(renamed.body.name).toBe("feature-b2");
    expect((await limited("POST", "/v1/branches/feature-b2/reset")).status).toBe(200);
    expect((await limited("PATCH", "/v1/branches/feature-b2", { name: "feature-b" })).status).toBe(200);
  });

  it("does not take new states of a hidden parent", async () => {
    const answer = await limited("POST", "/v1/branches/feature-a/reset");
    expect([answer.status, answer.body.code]).toEqual([403, "FORBIDDEN"]);
    expect((await limited("POST", "/v1/branches/feature-a/reset", { to: "self" })).status).toBe(200);
  });

  it("ends when a branch is given a name outside them", async () => {
    await branch("feature-moving", { parent: "feature-b" });
    const byId = `/v1/branches/${ids["feature-moving"]}`;
    expect((await limited("GET", byId)).status).toBe(200);
    await patch(server, byId, { name: "secret-moved" });
    expect((await limited("GET", byId)).status).toBe(404);
  });

  it("does not say who the children and parents are that it does not see", async () => {
    await branch("feature-parent", { parent: "feature-b" });
    await branch("feature-child", { parent: "feature-parent" });
    await branch("secret-child", { parent: "feature-parent" });
    const refused = await limited("DELETE", "/v1/branches/feature-parent");
    expect(refused.body).toMatchObject({ code: "BRANCH_HAS_CHILDREN", children: ["feature-child"] });
    await must(server, "DELETE", "/v1/branches/secret-child");
    const shown = await limited("DELETE", "/v1/branches/feature-parent");
    expect(shown.body.message).toContain("feature-child");

    await branch("secret-parent");
    await branch("feature-orphan", { parent: "secret-parent" });
    await must(server, "DELETE", "/v1/branches/feature-orphan");
    await must(server, "DELETE", "/v1/branches/secret-parent");
    const orphan = await limited("POST", `/v1/branches/${ids["feature-orphan"]}/undelete`);
    expect([orphan.status, orphan.body.code]).toEqual([404, "BRANCH_NOT_FOUND"]);
    expect(orphan.body.message).toContain("parent is deleted");
  });

  it("never names another branch, nor its id", async () => {
    expect(seen.length).toBeGreaterThan(300);
    const hidden = /^(main|secret)/;
    const forbidden = Object.keys(ids).filter((name) => hidden.test(name) && name !== "main");
    // A request may name what it likes, and be told that there is none.
    const told = (answer: string) => !/ 40[34] /.test(answer) || !/Branch '[^']*' not found/.test(answer);
    for (const answer of seen.filter(told)) {
      for (const name of forbidden) {
        expect(answer).not.toContain(`"${name}"`);
        expect(answer).not.toContain(`'${name}'`);
        if (name !== "secret-moved") expect(answer.replace(/^\S+ \S+/, "")).not.toContain(ids[name]);
      }
      expect(answer).not.toContain('"main"');
      expect(answer).not.toContain(ids.main);
    }
  });
});

describe("the limits of a key", () => {
  it("are shown with it, and not to be had with the scope admin", async () => {
    expect((await get(server, "/v1/auth/me", { key })).body).toMatchObject({ branches: ["feature-*"], tables: null });
    expect((await get(server, "/v1/auth/me", { key: null, token })).body.branches).toEqual(["feature-*"]);
    const admin = await post(server, "/v1/auth/keys", { name: "k", scopes: ["admin"], branches: ["x"] });
    expect([admin.status, admin.body.code]).toEqual([400, "FIELD_CONFLICT"]);
    for (const branches of [[], ["a b"], [""], ["a/*"], "x", [5]]) {
      const answer = await post(server, "/v1/auth/keys", { name: "k", scopes: ["read"], branches });
      expect([branches, answer.status, answer.body.code]).toEqual([branches, 400, "INVALID_FIELD"]);
    }
  });
});
