import jwt from "jsonwebtoken";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, must, post, SPEC } from "../support/http.js";
import { KEYS, SECRET, startServer, type TestServer } from "../support/server.js";

const NOBODY = { key: null };
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE secrets (id INTEGER PRIMARY KEY, v TEXT)");
  await execute(server, "INSERT INTO secrets VALUES (1, 'of the default tenant')");
});
afterAll(() => server?.remove());

const now = () => Math.floor(Date.now() / 1000);
const claims = (more: object = {}) => ({
  sub: "user123",
  tenant_id: "default",
  client_id: "c",
  scopes: ["sync:read", "sync:write"],
  exp: now() + 600,
  ...more,
});
const without = (claim: string) => Object.fromEntries(Object.entries(claims()).filter(([name]) => name !== claim));
const sign = (payload: object, options: jwt.SignOptions = {}, secret = SECRET) =>
  jwt.sign(payload, secret, { algorithm: "HS256", ...options });

describe("a JWT", () => {
  it("made by JwtManager opens its tenant's database", async () => {
    const token = server.jwt.generateToken("user123", "default", "550e8400-e29b-41d4-a716-446655440000");
    expect((await get(server, "/v1/branches", { ...NOBODY, token })).status).toBe(200);
    expect((await get(server, "/v1/auth/me", { ...NOBODY, token })).body).toMatchObject({
      method: "jwt",
      user_id: "user123",
      tenant_id: "default",
      client_id: "550e8400-e29b-41d4-a716-446655440000",
      scopes: ["read", "write"],
    });
  });

  const unsigned = (payload: object) =>
    `${[{ alg: "none", typ: "JWT" }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`;
  const bad: [string, () => string][] = [
    ["expired", () => sign(claims({ exp: now() - 31 }))],
    ["not begun", () => sign(claims({ nbf: now() + 60 }))],
    ["without an end", () => sign(without("exp"))],
    ["unsigned", () => unsigned(claims())],
    ["of another secret", () => sign(claims(), {}, "another secret altogether")],
    ["signed with HS512", () => sign(claims(), { algorithm: "HS512" })],
    ["without a subject", () => sign(claims({ sub: "" }))],
    ["without a tenant", () => sign(without("tenant_id"))],
    [
      "naming its own key",
      () => sign(claims(), { header: { alg: "HS256", jwk: { k: "x" }, jku: "http://x" } as never }, "x"),
    ],
    [
      "changed",
      () =>
        sign(claims()).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify(claims({ sub: "root" }))).toString("base64url")}.`,
        ),
    ],
    ["no token", () => "not.a.token"],
  ];
  it.each(bad)("that is %s does not hold, and the answer does not say why", async (_, make) => {
    const answer = await get(server, "/v1/branches", { ...NOBODY, token: make() });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    const { request_id, ...body } = answer.body;
    expect(body).toEqual({
      status: 401,
      error: "Unauthorized",
      message: "Missing or invalid authentication credentials",
      code: "UNAUTHORIZED",
    });
  });

  it("has half a minute of leeway, and kid is not looked at", async () => {
    const late = sign(claims({ exp: now() - 20 }), { keyid: "../../etc/passwd" });
    expect((await get(server, "/v1/branches", { ...NOBODY, token: late })).status).toBe(200);
  });

  it("is tried first, and the API key after it", async () => {
    const good = sign(claims());
    const me = async (options: object) => (await get(server, "/v1/auth/me", options)).body;
    expect(await me({ key: KEYS.write, token: good })).toMatchObject({ method: "jwt", user_id: "user123" });
    expect(await me({ key: KEYS.write, token: "bad" })).toMatchObject({ method: "api_key", user_id: "wes" });
    expect(await me({ key: "wrong", token: good })).toMatchObject({ method: "jwt" });
    expect(await me({ key: "wrong", token: "bad" })).toMatchObject({ status: 401 });
    expect(await me({ key: null })).toMatchObject({ status: 401 });
  });

  it("of a tenant that does not exist is 403", async () => {
    const token = sign(claims({ tenant_id: "../default" }));
    const answer = await get(server, "/v1/branches", { ...NOBODY, token });
    expect([answer.status, answer.body.code]).toEqual([403, "FORBIDDEN"]);
  });
});

describe("scopes", () => {
  const cases: [string, string, string, unknown, string[]][] = [
    ["reading", "GET", "/v1/branches", undefined, ["admin", "write", "read"]],
    ["querying", "POST", "/v1/branches/main/query", { sql: "SELECT 1" }, ["admin", "write", "read"]],
    ["writing", "POST", "/v1/branches/main/execute", { sql: "DELETE FROM secrets WHERE 0" }, ["admin", "write"]],
    ["merging", "POST", "/v1/branches/nope/merge", { target: "main" }, ["admin", "write", "merge"]],
    ["keys", "GET", "/v1/auth/keys", undefined, ["admin"]],
    ["identity", "GET", "/v1/auth/me", undefined, ["admin", "write", "read", "merge", "nothing"]],
    ["tenants", "GET", "/v1/tenants", undefined, []],
  ];
  it.each(cases)("%s", async (_, method, path, body, allowed) => {
    for (const who of ["admin", "write", "read", "merge", "nothing"] as const) {
      const { status, body: answer } = await call(server, method, path, body, { key: KEYS[who] });
      expect([who, status === 403]).toEqual([who, !allowed.includes(who)]);
      if (status === 403) expect(answer).toMatchObject({ error: "Forbidden", code: "FORBIDDEN" });
    }
  });

  it("are named when they lack", async () => {
    const answer = await post(server, "/v1/branches", { name: "x" }, { key: KEYS.read });
    expect(answer.body.message).toBe("Insufficient permissions: this operation needs the scope 'write'.");
  });
});

describe("another tenant", () => {
  it("has a database of its own, and sees nothing of this one", async () => {
    const theirs = { key: KEYS.other };
    expect((await get(server, "/v1/branches", theirs)).body.total).toBe(1);
    expect((await get(server, "/v1/branches/main/tables", theirs)).body.tables).toEqual([]);
    const sql = "SELECT * FROM secrets";
    const query = await post(server, "/v1/branches/main/query", { sql }, theirs);
    expect([query.status, query.body.code]).toEqual([422, "SQL_NAME_NOT_FOUND"]);
    expect(JSON.stringify(query.body)).not.toContain("of the default tenant");
    const { id } = await must(server, "GET", "/v1/branches/main");
    expect((await get(server, `/v1/branches/${id}`, theirs)).status).toBe(404);
    expect((await get(server, "/v1/tenants", theirs)).status).toBe(403);
  });

  it("sees no keys of this one, and can revoke none", async () => {
    const { id } = await must(server, "POST", "/v1/auth/keys", { name: "mine", scopes: ["read"] });
    expect((await get(server, "/v1/auth/keys", { key: KEYS.other })).body.total).toBe(0);
    expect((await call(server, "DELETE", `/v1/auth/keys/${id}`, undefined, { key: KEYS.other })).status).toBe(404);
    const elsewhere = { name: "x", scopes: ["admin"], tenant_id: "default" };
    expect((await post(server, "/v1/auth/keys", elsewhere, { key: KEYS.other })).status).toBe(403);
  });
});

describe("keys", () => {
  it("are made, used, listed without their secret, and revoked at once", async () => {
    const made = await post(server, "/v1/auth/keys", { name: "ci", scopes: ["sync:read"], user_id: "robot" });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: "ci",
      user_id: "robot",
      tenant_id: "default",
      scopes: ["read"],
      revoked_at: null,
    });
    const { key, id } = made.body;
    expect(key).toMatch(new RegExp(`^hdb_${id}_[A-Za-z0-9_-]{32}$`));
    const used = { key };
    expect((await get(server, "/v1/auth/me", used)).body).toMatchObject({ key_id: id, user_id: "robot", name: "ci" });
    expect((await post(server, "/v1/branches", { name: "x" }, used)).status).toBe(403);
    const changed = { key: key.slice(0, -1) + (key.endsWith("A") ? "B" : "A") };
    expect((await get(server, "/v1/auth/me", changed)).status).toBe(401);

    const list = await get(server, "/v1/auth/keys");
    expect(list.body.keys.map((one: { id: string }) => one.id)).toContain(id);
    expect(JSON.stringify(list.body)).not.toContain(key.slice(-32));
    const revoked = await call(server, "DELETE", `/v1/auth/keys/${id}`);
    expect([revoked.status, revoked.body.id]).toEqual([200, id]);
    expect(revoked.body.revoked_at).toBeGreaterThan(0);
    expect((await get(server, "/v1/auth/me", used)).status).toBe(401);
    expect((await call(server, "DELETE", "/v1/auth/keys/k_nope")).body.code).toBe("KEY_NOT_FOUND");
  });

  it("are exchanged for tokens with no more than their own scopes", async () => {
    const token = await post(server, "/v1/auth/token", undefined, { key: KEYS.write });
    expect(token.status).toBe(200);
    expect(token.body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scopes: ["read", "write"] });
    const me = await get(server, "/v1/auth/me", { key: null, token: token.body.token });
    expect(me.body).toMatchObject({ method: "jwt", user_id: "wes", tenant_id: "default", scopes: ["read", "write"] });

    const less = await post(
      server,
      "/v1/auth/token",
      { scopes: ["read"], expires_in: 60 },
      { key: KEYS.write, accept: SPEC },
    );
    expect(less.body.data).toMatchObject({ scopes: ["read"], expires_in: 60 });
    expect((await post(server, "/v1/auth/token", { scopes: ["admin"] }, { key: KEYS.write })).status).toBe(403);
    const again = await post(server, "/v1/auth/token", undefined, { key: null, token: token.body.token });
    expect([again.status, again.body.code]).toEqual([403, "FORBIDDEN"]);
    expect((await post(server, "/v1/auth/token", undefined, { key: "wrong" })).status).toBe(401);
  });
});

describe("tenants made by the server's own key", () => {
  it("or by the first write, where that is allowed", async () => {
    const open = await startServer({ server: { tenants: "auto" } });
    try {
      const token = open.jwt.generateToken("u", "fresh tenant/../x", "c");
      const asThem = { key: null, token };
      expect((await get(open, "/v1/branches", asThem)).status).toBe(403);
      const create = { sql: "CREATE TABLE t (a)" };
      expect((await post(open, "/v1/branches/main/execute", create, asThem)).status).toBe(200);
      expect((await get(open, "/v1/branches", asThem)).status).toBe(200);
      expect((await get(open, "/v1/branches/main/tables")).body.tables).toEqual([]);
    } finally {
      await open.remove();
    }
  });
});
