import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import jwt from "jsonwebtoken";
import { DataSource } from "typeorm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TenantsAndKeys1764547200000 } from "../../dist/catalog/migrations/0001-tenants-and-keys.js";
import { AuthMiddleware } from "../../dist/index.js";
import { call, get, must, patch, post, SPEC } from "../support/http.js";
import { makeKey, sha256 } from "../support/keys.js";
import { KEYS, SECRET, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.remove());

const make = (more: object = {}) => must(server, "POST", "/v1/auth/keys", { name: "k", scopes: ["write"], ...more });
const status = async (options: object) => (await get(server, "/v1/auth/me", { key: null, ...options })).status;
const tokenFor = async (key: string, body?: object) => {
  const answer = await post(server, "/v1/auth/token", body, { key });
  expect(answer.status).toBe(200);
  return answer.body.token as string;
};

describe("a key", () => {
  it("is shown by its id, and renamed, without its secret", async () => {
    const { key, id } = await make({ user_id: "robot" });
    expect((await get(server, "/v1/auth/me", { key })).body.name).toBe("k");
    const renamed = await patch(server, `/v1/auth/keys/${id}`, { name: "night job" });
    expect([renamed.status, renamed.body.name]).toEqual([200, "night job"]);
    const shown = await get(server, `/v1/auth/keys/${id}`, { accept: SPEC });
    expect(shown.body.data).toMatchObject({ id, name: "night job", user_id: "robot", branches: null, tables: null });
    expect(JSON.stringify(shown.body)).not.toContain(key.slice(-32));
    expect((await get(server, "/v1/auth/me", { key })).body.name).toBe("night job");
  });

  it("is known to its own tenant only, and to admins", async () => {
    const { id } = await make();
    const tries: [string, string, object?][] = [
      ["GET", ""],
      ["PATCH", "", { name: "mine" }],
      ["POST", "/rotate"],
      ["DELETE", ""],
    ];
    for (const [method, tail, body] of tries) {
      const path = `/v1/auth/keys/${id}${tail}`;
      const theirs = await call(server, method, path, body, { key: KEYS.other });
      expect([method, theirs.status, theirs.body.code]).toEqual([method, 404, "KEY_NOT_FOUND"]);
      expect((await call(server, method, path, body, { key: KEYS.write })).status).toBe(403);
    }
    expect((await get(server, `/v1/auth/keys/${id}`)).body).toMatchObject({ name: "k", revoked_at: null });
  });

  it("rotated gets another secret for the same rights, and the old one ends at once", async () => {
    const { key, id } = await make();
    const token = await tokenFor(key);
    expect(await status({ token })).toBe(200);
    const rotated = await post(server, `/v1/auth/keys/${id}/rotate`);
    expect(rotated.status).toBe(200);
    expect(rotated.body).toMatchObject({ id, scopes: ["write"], rotated_at: expect.any(Number) });
    expect(rotated.body.key).not.toBe(key);
    expect(await status({ key })).toBe(401);
    expect(await status({ token })).toBe(401);
    expect((await get(server, "/v1/auth/me", { key: rotated.body.key })).body).toMatchObject({ key_id: id });
    expect(await status({ token: await tokenFor(rotated.body.key) })).toBe(200);
  });

  it("keeps its old secret, and the tokens of that, for the grace that was asked for", async () => {
    const { key: first, id } = await make();
    const firstToken = await tokenFor(first);
    const rotate = async (grace: number) => (await post(server, `/v1/auth/keys/${id}/rotate`, { grace })).body.key;
    const second = await rotate(600);
    for (const key of [first, second]) expect(await status({ key })).toBe(200);
    expect(await status({ token: firstToken })).toBe(200);
    // A token made of the old secret does not outlive it.
    const late = await post(server, "/v1/auth/token", { expires_in: 3600 }, { key: first });
    expect(late.body.expires_in).toBeLessThanOrEqual(600);
    const secondToken = await tokenFor(second);
    const third = await rotate(2);
    expect(await status({ key: first })).toBe(401);
    expect(await status({ token: firstToken })).toBe(401);
    await expect.poll(() => status({ key: second })).toBe(401);
    expect(await status({ token: secondToken })).toBe(401);
    expect(await status({ key: third })).toBe(200);
  });

  it("that has ended is not rotated", async () => {
    const { id } = await make();
    await must(server, "DELETE", `/v1/auth/keys/${id}`);
    const answer = await post(server, `/v1/auth/keys/${id}/rotate`);
    expect([answer.status, answer.body.code]).toEqual([409, "KEY_ENDED"]);
    expect((await post(server, "/v1/auth/keys/k_nope/rotate")).body.code).toBe("KEY_NOT_FOUND");
    const bad = await post(server, `/v1/auth/keys/${id}/rotate`, { grace_seconds: 5 });
    expect(bad.body.message).toContain("Did you mean 'grace'?");
  });

  it("rotated by two at once has one new secret", async () => {
    const { id } = await make();
    const answers = await Promise.all([1, 2, 3].map(() => post(server, `/v1/auth/keys/${id}/rotate`, { grace: 0 })));
    const made = answers.filter((answer) => answer.status === 200).map((answer) => answer.body.key);
    const holds = await Promise.all(made.map((key) => status({ key })));
    expect(holds.filter((one) => one === 200)).toHaveLength(1);
  });
});

describe("a token exchanged for a key", () => {
  it("ends when the key is revoked", async () => {
    const { key, id } = await make();
    const token = await tokenFor(key);
    const me = await get(server, "/v1/auth/me", { key: null, token });
    expect(me.body).toMatchObject({ method: "jwt", key_id: id, scopes: ["write"] });
    await must(server, "DELETE", `/v1/auth/keys/${id}`);
    expect(await status({ token })).toBe(401);
  });

  it("of one of the program's own keys holds as long as that key is there", async () => {
    const token = await tokenFor(KEYS.read);
    expect((await get(server, "/v1/auth/me", { key: null, token })).body).toMatchObject({ user_id: "rae" });
    const exp = Math.floor(Date.now() / 1000) + 600;
    const claims = { sub: "rae", tenant_id: "default", client_id: "c", scopes: ["read"], exp };
    const sign = (more: object) => jwt.sign({ ...claims, ...more }, SECRET, { algorithm: "HS256" });
    expect(await status({ token: sign({}) })).toBe(200);
    for (const more of [
      { heliosdb_key: "k_gone", heliosdb_key_generation: 0 },
      { heliosdb_key: "k_gone" },
      { heliosdb_key: 5, heliosdb_key_generation: 0 },
      { heliosdb_key_generation: 0 },
      { heliosdb_key: null, heliosdb_key_generation: "0" },
    ]) {
      expect([more, await status({ token: sign(more) })]).toEqual([more, 401]);
    }
  });

  it("of the server's own key ends when the server is started with another one", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "heliosdb-keys-"));
    const started = (adminApiKey: string) =>
      startServer({ dataDir, auth: AuthMiddleware.fromConfig({ jwtSecret: SECRET, adminApiKey }) });
    const first = await started("sk_first_admin_key");
    const exchange = await post(first, "/v1/auth/token", {}, { key: "sk_first_admin_key" });
    const token: string = exchange.body.token;
    const used = async (at: TestServer) => (await get(at, "/v1/auth/me", { key: null, token })).status;
    expect(await used(first)).toBe(200);
    await first.close();
    const same = await started("sk_first_admin_key");
    expect(await used(same)).toBe(200);
    await same.close();
    const other = await started("sk_other_admin_key");
    expect(await used(other)).toBe(401);
    await other.remove();
  });

  it("is not taken to another tenant, or beyond the key's scopes, by what it says of itself", async () => {
    const { id } = await make({ scopes: ["read"] });
    const exp = Math.floor(Date.now() / 1000) + 600;
    const says = {
      sub: "root",
      tenant_id: "default",
      scopes: ["admin"],
      exp,
      heliosdb_key: id,
      heliosdb_key_generation: 0,
    };
    const sign = (more: object) => jwt.sign({ ...says, ...more }, SECRET, { algorithm: "HS256" });
    const me = await get(server, "/v1/auth/me", { key: null, token: sign({}) });
    expect(me.body).toMatchObject({ user_id: "ann", scopes: ["read"] });
    expect(await status({ token: sign({ tenant_id: "tenant456" }) })).toBe(401);
    expect(await status({ token: sign({ heliosdb_key_generation: 1 }) })).toBe(401);
  });

  it("can't have the scope 'merge' where its key has 'write'", async () => {
    const answer = await post(server, "/v1/auth/token", { scopes: ["merge"] }, { key: KEYS.write });
    expect([answer.status, answer.body.scope]).toEqual([403, "merge"]);
  });
});

describe("a catalog of the first version", () => {
  it("is brought up to date, with its tenants and keys", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "heliosdb-server-"));
    const database = join(dataDir, "catalog.db");
    const old = new DataSource({
      type: "better-sqlite3",
      database,
      migrations: [TenantsAndKeys1764547200000],
      enableWAL: true,
    });
    await old.initialize();
    await old.runMigrations();
    const key = makeKey("k_abcdefgh2345");
    await old.query("INSERT INTO tenants VALUES ('t_old', 'old tenant', 1700000000)");
    await old.query(
      "INSERT INTO api_keys VALUES ('k_abcdefgh2345', ?, 'kept', 'olga', 'old tenant', NULL, 'read admin', 1700000000, NULL, NULL)",
      [sha256(key)],
    );
    await old.destroy();
    const upgraded = await startServer({ dataDir });
    try {
      const me = await get(upgraded, "/v1/auth/me", { key });
      expect(me.body).toMatchObject({ user_id: "olga", tenant_id: "old tenant", name: "kept", role: null });
      expect((await get(upgraded, "/v1/auth/keys", { key })).body).toMatchObject({ total: 1 });
      expect((await post(upgraded, "/v1/auth/users", { id: "u", name: "U", role: "viewer" }, { key })).status).toBe(
        201,
      );
      const file = new Database(database, { readonly: true });
      const { rows } = { rows: file.prepare("SELECT name FROM migrations ORDER BY id").pluck().all() };
      file.close();
      expect(rows).toContain("UsersAndLimits1767225600000");
    } finally {
      await upgraded.remove();
    }
  });
});
