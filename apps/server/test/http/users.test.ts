import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, must, patch, post, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
});
afterAll(() => server?.remove());

const user = (id: string, role: string) => must(server, "POST", "/v1/auth/users", { id, name: id, role });
const keyOf = async (id: string, scopes = ["admin"]): Promise<string> =>
  (await must(server, "POST", "/v1/auth/keys", { name: "k", scopes, user_id: id })).key;
const me = async (options: object) => (await get(server, "/v1/auth/me", { key: null, ...options })).body;

describe("users", () => {
  it("are made, listed, changed and deleted by admins", async () => {
    const id = "alice@example.com";
    const made = await post(server, "/v1/auth/users", { id, name: "Alice", email: id, role: "editor" });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ id, name: "Alice", email: id, role: "editor", disabled: false });
    const path = `/v1/auth/users/${encodeURIComponent(id)}`;
    expect((await get(server, path, { accept: SPEC })).body.data).toMatchObject({ id, role: "editor" });
    const list = (await get(server, "/v1/auth/users")).body;
    expect(list.users.map((one: { id: string }) => one.id)).toContain(id);
    expect((await patch(server, path, { name: "Alice B.", email: null })).body).toMatchObject({
      name: "Alice B.",
      email: null,
      role: "editor",
    });
    expect((await call(server, "DELETE", path)).body.id).toBe(id);
    expect((await get(server, path)).body.code).toBe("USER_NOT_FOUND");
  });

  it("are refused twice, with a role that there is not, and to everybody else", async () => {
    await user("twice", "viewer");
    const again = await post(server, "/v1/auth/users", { id: "twice", name: "x", role: "viewer" });
    expect([again.status, again.body.code]).toEqual([409, "USER_EXISTS"]);
    const role = await post(server, "/v1/auth/users", { id: "x", name: "x", role: "owner" });
    expect([role.status, role.body.code]).toEqual([400, "INVALID_FIELD"]);
    expect((await patch(server, "/v1/auth/users/twice", {})).status).toBe(400);
    for (const key of [KEYS.write, KEYS.read, KEYS.merge]) {
      expect((await get(server, "/v1/auth/users", { key })).status).toBe(403);
    }
  });

  it("of one tenant are unknown to another, which may have the same id", async () => {
    await user("bob", "viewer");
    const theirs = { key: KEYS.other };
    expect((await get(server, "/v1/auth/users/bob", theirs)).status).toBe(404);
    expect((await patch(server, "/v1/auth/users/bob", { role: "admin" }, theirs)).status).toBe(404);
    expect((await call(server, "DELETE", "/v1/auth/users/bob", undefined, theirs)).status).toBe(404);
    const same = await post(server, "/v1/auth/users", { id: "bob", name: "Other Bob", role: "admin" }, theirs);
    expect(same.status).toBe(201);
    expect((await get(server, "/v1/auth/users/bob")).body).toMatchObject({ name: "bob", role: "viewer" });
  });
});

describe("a role", () => {
  const cases: [string, string[], string[]][] = [
    ["viewer", ["admin"], ["read"]],
    ["viewer", ["write"], ["read"]],
    ["viewer", ["merge"], []],
    ["editor", ["admin"], ["read", "write"]],
    ["editor", ["read"], ["read"]],
    ["editor", ["merge"], []],
    ["editor", ["write", "merge"], ["read", "write"]],
    ["maintainer", ["admin"], ["read", "write", "merge"]],
    ["maintainer", ["merge"], ["merge"]],
    ["admin", ["admin"], ["admin"]],
    ["admin", ["read"], ["read"]],
  ];
  it.each(cases)("%s leaves of a key with %j the scopes %j", async (role, scopes, left) => {
    const id = `${role}-${scopes.join("-")}`;
    await user(id, role);
    const key = await keyOf(id, scopes);
    expect(await me({ key })).toMatchObject({ user_id: id, role, scopes: left });
  });

  it("holds for the next request once it changes, for keys and tokens, and for keys made before the user", async () => {
    const key = await keyOf("carol", ["admin"]);
    expect(await me({ key })).toMatchObject({ role: null, scopes: ["admin"] });
    const { token } = (await post(server, "/v1/auth/token", undefined, { key })).body;
    await user("carol", "viewer");
    const insert = (options: object) =>
      post(server, "/v1/branches/main/tables/t/data", { rows: [{}] }, { key: null, ...options });
    for (const one of [{ key }, { token }]) {
      expect((await insert(one)).status).toBe(403);
      expect((await get(server, "/v1/branches", { key: null, ...one })).status).toBe(200);
    }
    await patch(server, "/v1/auth/users/carol", { role: "editor" });
    for (const one of [{ key }, { token }]) expect((await insert(one)).status).toBe(201);
    await patch(server, "/v1/auth/users/carol", { role: "viewer" });
    for (const one of [{ key }, { token }]) expect((await insert(one)).status).toBe(403);
  });

  it("bounds tokens that were signed elsewhere, too", async () => {
    const token = server.jwt.generateToken("dora", "default", "c", { scopes: ["admin"] });
    expect(await me({ token })).toMatchObject({ role: null, scopes: ["admin"] });
    await user("dora", "viewer");
    expect(await me({ token })).toMatchObject({ role: "viewer", scopes: ["read"] });
  });

  it("does not touch the keys that the server was started with", async () => {
    await user("ann", "viewer");
    expect(await me({ key: KEYS.admin })).toMatchObject({ user_id: "ann", role: null, scopes: ["admin"] });
    const { token } = (await post(server, "/v1/auth/token")).body;
    expect(await me({ token })).toMatchObject({ scopes: ["admin"] });
  });
});

describe("a user who is disabled", () => {
  it("has no key and no token that holds, until enabled again", async () => {
    await user("eve", "editor");
    const key = await keyOf("eve");
    const { token } = (await post(server, "/v1/auth/token", undefined, { key })).body;
    const elsewhere = server.jwt.generateToken("eve", "default", "c");
    const all = [{ key }, { token }, { token: elsewhere }];
    const statuses = () =>
      Promise.all(all.map(async (one) => (await get(server, "/v1/branches", { key: null, ...one })).status));
    expect(await statuses()).toEqual([200, 200, 200]);
    const disabled = await patch(server, "/v1/auth/users/eve", { disabled: true });
    expect(disabled.body).toMatchObject({ disabled: true, disabled_at: expect.any(Number) });
    expect(await statuses()).toEqual([401, 401, 401]);
    await patch(server, "/v1/auth/users/eve", { disabled: false });
    expect(await statuses()).toEqual([200, 200, 200]);
  });

  it("and deleted leaves revoked keys behind", async () => {
    await user("fay", "editor");
    const key = await keyOf("fay");
    const { token } = (await post(server, "/v1/auth/token", undefined, { key })).body;
    await must(server, "DELETE", "/v1/auth/users/fay");
    expect(await me({ key })).toMatchObject({ status: 401 });
    expect(await me({ token })).toMatchObject({ status: 401 });
    const { keys } = (await get(server, "/v1/auth/keys")).body;
    const theirs = keys.filter((one: { user_id: string }) => one.user_id === "fay");
    expect(theirs).toHaveLength(1);
    expect(theirs[0].revoked_at).toEqual(expect.any(Number));
  });
});
