import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuthMiddleware, RateLimitConfig, RateLimitMiddleware } from "../../dist/index.js";
import { HeliumSession, send, sessionOfNewKey } from "../support/helium.js";
import { call, must, post } from "../support/http.js";
import { KEYS, SECRET, startServer, type TestServer } from "../support/server.js";

const MINUTES_30 = 1_800_000;
const NO_SESSION = { message: "No database connection associated with this session" };
const login = (server: TestServer, body: unknown) => send(server, "POST", "/login", { body });

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.remove());

/** Rows of the catalog's table of sessions. */
function sessionRows({ dataDir }: TestServer): readonly { id: string; key_id: string; expires_at: number }[] {
  const catalog = new Database(join(dataDir, "catalog.db"), { readonly: true });
  try {
    return catalog.prepare("SELECT * FROM sessions").all() as never;
  } finally {
    catalog.close();
  }
}

describe("logging in", () => {
  it.each([
    ["form", `username=admin&password=${KEYS.admin}&host=example.com`],
    ["form with a port", `username=admin&password=${KEYS.admin}&host=example.com&port=3306`],
    ["JSON", { username: "admin", password: KEYS.admin }],
    ["JSON with a port", { username: "admin", password: KEYS.admin, host: "x", port: 0 }],
  ])("takes a %s", async (_, body) => {
    const before = Date.now();
    const { status, body: answer, expiration, headers } = await login(server, body);
    expect([status, answer]).toEqual([200, { apiKey: expect.stringMatching(/^hs_[A-Za-z0-9_-]{43}$/) }]);
    expect(expiration).toBeGreaterThanOrEqual(before + MINUTES_30);
    expect(expiration).toBeLessThanOrEqual(Date.now() + MINUTES_30);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("takes the id and the name of a key, and no other name", async () => {
    const { id, secret } = await sessionOfNewKey(server, { name: "lab" });
    for (const username of [id, "lab"]) expect((await login(server, { username, password: secret })).status).toBe(200);
    for (const username of ["lab2", "k_admin", KEYS.admin, secret])
      expect((await login(server, { username, password: secret })).status).toBe(400);
  });

  it.each([
    ["the username", { password: "x" }],
    ["the password", "username=x"],
    ["both", {}],
    ["both, with an empty form", "a=b"],
    ["a text as the username", { username: 1, password: "x" }],
    ["an object", []],
  ])("says what is missing: %s", async (_, body) => {
    const { status, body: answer } = await login(server, body);
    expect([status, answer]).toEqual([400, { message: "username or password keys not provided in form body" }]);
  });

  it.each(["x", "-1", "65536", "1.5", "1e3", " 1", "999999999999"])("refuses the port %s", async (port) => {
    const { status, body } = await login(server, { username: "a", password: "b", port });
    const message = "Expecting port to be an integer from 0-65535";
    expect([status, body]).toEqual([400, { message, relevantInput: { port } }]);
  });

  it("says of every wrong credential the same and no more", async () => {
    const { id, secret } = await sessionOfNewKey(server);
    await must(server, "DELETE", `/v1/auth/keys/${id}`);
    const { session } = await sessionOfNewKey(server);
    const wrong = [
      { username: "admin", password: "wrong" },
      { username: "nobody", password: KEYS.admin },
      { username: id, password: secret },
      { username: "admin", password: session.key },
      { username: "admin", password: "hdb_k_abc_0123456789abcdef0123" },
      { username: "\0", password: "'; DROP TABLE api_keys; --" },
      { username: "admin", password: "x".repeat(20_000) },
      { username: "admin", password: server.jwt.generateToken("ann", "default", "c") },
    ];
    for (const credentials of wrong) {
      const { status, body, expiration, headers } = await login(server, credentials);
      expect([status, body, expiration]).toEqual([400, { message: "Unable to connect to localhost" }, null]);
      expect(headers.get("www-authenticate")).toBeNull();
    }
    const named = await login(server, { username: "admin", password: "x", host: "db.example", port: 3307 });
    expect(named.body).toEqual({ message: "Unable to connect to db.example:3307" });
  });

  it("takes nothing but JSON and forms", async () => {
    const headers = { "content-type": "text/plain" };
    const { status, body } = await send(server, "POST", "/login", { body: "username=a&password=b", headers });
    expect([status, body]).toEqual([415, { message: expect.stringContaining("as JSON or as a form") }]);
    const response = await fetch(`${server.url}/api/v1/login`, {
      method: "POST",
      body: "{",
      headers: { "content-type": "application/json" },
    });
    expect([response.status, await response.json()]).toEqual([400, { message: "The body is not valid JSON." }]);
    expect((await send(server, "POST", "/login", { body: "username=a&username=b&password=c" })).status).toBe(400);
    expect((await send(server, "POST", "/login", { body: "username=%zz&password=c" })).status).toBe(400);
  });

  it("is written down for the operator, with nothing secret in it", async () => {
    const { id, session } = await sessionOfNewKey(server);
    const { entries } = await must(server, "GET", "/v1/audit?operation=heliumLogin&limit=1");
    expect(entries).toEqual([expect.objectContaining({ operation: "heliumLogin", key_id: id })]);
    expect(JSON.stringify(entries)).not.toContain(session.key);
  });
});

describe("ping", () => {
  it("tells of a session, and doesn't make it last longer", async () => {
    const session = await HeliumSession.open(server, "admin", KEYS.admin);
    for (let i = 0; i < 3; i++) {
      const { status, body, expiration } = await session.ping();
      const told = session.expiration;
      expect([status, body, expiration]).toEqual([200, { validApiKey: true, expiresAt: told }, told]);
    }
  });

  it.each([`hs_${"A".repeat(43)}`, "my-api-key", KEYS.admin, "\u00ff".repeat(30), "x".repeat(200)])(
    "says of %s that it is no session",
    async (key) => {
      const { status, body, expiration } = await send(server, "GET", "/ping", { key });
      expect([status, body, expiration]).toEqual([200, { validApiKey: false, expiresAt: null }, -1]);
    },
  );

  it("wants the header", async () => {
    const { status, body } = await send(server, "GET", "/ping");
    expect([status, body]).toEqual([400, { message: "X-API-Key header not present in request" }]);
  });
});

describe("a session", () => {
  it("is told to end later by each request that succeeds, and by none that is refused", async () => {
    const session = await HeliumSession.open(server, "admin", KEYS.admin);
    let told = session.expiration;
    for (const parts of [[], ["main"]]) {
      await sleep(2);
      const { status, expiration } = await session.get(parts);
      expect(status).toBe(200);
      expect(expiration).toBeGreaterThan(told);
      told = expiration!;
    }
    for (const parts of [["absent"], ["main", "absent"], ["main@x"], ["a", "b", "c", "d", "e", "f"]]) {
      await sleep(2);
      const { status, expiration } = await session.get(parts);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(expiration).toBe(told);
    }
    expect((await session.ping()).expiration).toBe(told);
  });

  it("ends when it was told to, and is not written down for each use", async () => {
    const short = await startServer({ server: { sessionSecs: 2 } });
    try {
      const session = await HeliumSession.open(short, "admin", KEYS.admin);
      const [row] = sessionRows(short);
      expect(row).toMatchObject({ expires_at: session.expiration });
      const used = await session.get([]);
      expect(used.expiration).toBeGreaterThan(session.expiration);
      // A crash now would bring back what is written, which is never later than what was told.
      expect(sessionRows(short)[0]!.expires_at).toBeLessThanOrEqual(used.expiration!);
      while (Date.now() < used.expiration!) {
        const { body } = await session.ping();
        if (Date.now() < used.expiration!) expect(body).toEqual({ validApiKey: true, expiresAt: used.expiration });
        await sleep(100);
      }
      const { status, body, expiration } = await session.get([]);
      expect([status, body, expiration]).toEqual([401, NO_SESSION, null]);
      expect((await session.ping()).body).toEqual({ validApiKey: false, expiresAt: null });
    } finally {
      await short.remove();
    }
  });

  it("costs no write while its written end is less than a tenth of its time behind", async () => {
    const session = await HeliumSession.open(server, "admin", KEYS.admin);
    const written = () => sessionRows(server).find(({ expires_at }) => expires_at === session.expiration);
    for (let i = 0; i < 20; i++) expect((await session.get([])).status).toBe(200);
    expect(written()).toBeDefined();
  });

  it("lives on over a restart, to the end that was told", async () => {
    const first = await startServer();
    const session = await HeliumSession.open(first, "admin", KEYS.admin);
    const told = (await session.get([])).expiration!;
    const { id, session: ofKey } = await sessionOfNewKey(first);
    await first.close();
    const second = await startServer({ dataDir: first.dataDir });
    try {
      expect((await send(second, "GET", "/ping", { key: session.key })).body.expiresAt).toBe(told);
      expect((await send(second, "GET", "/schemas", { key: session.key })).status).toBe(200);
      expect((await send(second, "GET", "/schemas", { key: ofKey.key })).status).toBe(200);
      await must(second, "DELETE", `/v1/auth/keys/${id}`);
      expect((await send(second, "GET", "/schemas", { key: ofKey.key })).body).toEqual(NO_SESSION);
      const kept = new Database(join(second.dataDir, "catalog.db"), { readonly: true });
      const all = JSON.stringify(kept.prepare("SELECT * FROM sessions").all());
      kept.close();
      for (const secret of [session.key, ofKey.key, KEYS.admin]) expect(all).not.toContain(secret);
    } finally {
      await second.remove();
    }
  });

  it("ends with the secret of the server's own key, whose id stays", async () => {
    const first = await startServer({
      auth: AuthMiddleware.fromConfig({ jwtSecret: SECRET, adminApiKey: "first-admin-key" }),
    });
    const session = await HeliumSession.open(first, "k_admin", "first-admin-key");
    await first.close();
    const auth = AuthMiddleware.fromConfig({ jwtSecret: SECRET, adminApiKey: "second-admin-key" });
    const second = await startServer({ dataDir: first.dataDir, auth });
    try {
      expect((await send(second, "GET", "/schemas", { key: session.key })).body).toEqual(NO_SESSION);
    } finally {
      await second.remove();
    }
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ["its key is revoked", (id) => call(server, "DELETE", `/v1/auth/keys/${id}`)],
    ["its key gets another secret", (id) => post(server, `/v1/auth/keys/${id}/rotate`)],
    ["its user is disabled", () => must(server, "PATCH", "/v1/auth/users/sue", { disabled: true })],
  ])("ends at once when %s", async (_, end) => {
    await post(server, "/v1/auth/users", { id: "sue", name: "Sue", role: "editor" });
    await must(server, "PATCH", "/v1/auth/users/sue", { disabled: false });
    const { id, session } = await sessionOfNewKey(server, { user_id: "sue" });
    expect((await session.get([])).status).toBe(200);
    await end(id);
    expect((await session.get([])).body).toEqual(NO_SESSION);
    expect((await session.ping()).body.validApiKey).toBe(false);
    expect((await session.insert("main", {})).status).toBe(401);
  });

  it("of a secret that still holds for a while holds as long", async () => {
    const { id, session } = await sessionOfNewKey(server);
    await must(server, "POST", `/v1/auth/keys/${id}/rotate`, { grace: 60 });
    const { status, expiration } = await session.get([]);
    expect(status).toBe(200);
    expect(expiration).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it("is one of a hundred of its key: one more ends the one that was out of use the longest", async () => {
    const { id, secret, session: used } = await sessionOfNewKey(server);
    const idle = await HeliumSession.open(server, id, secret);
    const others = await Promise.all(Array.from({ length: 98 }, () => HeliumSession.open(server, id, secret)));
    await used.get([]);
    const last = await HeliumSession.open(server, id, secret);
    expect(sessionRows(server).filter(({ key_id }) => key_id === id)).toHaveLength(100);
    for (const session of [used, others[0]!, last]) expect((await session.ping()).body.validApiKey).toBe(true);
    expect((await idle.get([])).body).toEqual(NO_SESSION);
  });

  it("is nothing that /v1 takes, as a key is nothing that this takes", async () => {
    const { session, secret } = await sessionOfNewKey(server);
    expect((await call(server, "GET", "/v1/branches", undefined, { key: session.key })).status).toBe(401);
    expect((await send(server, "GET", "/schemas", { key: secret })).body).toEqual(NO_SESSION);
    const headers = { authorization: `Bearer ${server.jwt.generateToken("ann", "default", "c")}` };
    expect((await send(server, "GET", "/schemas", { headers })).status).toBe(401);
  });

  it("can do what its key can", async () => {
    const { session } = await sessionOfNewKey(server, { scopes: ["read"] });
    const { status, body, expiration } = await session.insert("main", {});
    expect([status, body]).toEqual([403, { message: expect.stringContaining("'write'") }]);
    expect(expiration).toBeGreaterThan(0);
    const merger = await sessionOfNewKey(server, { scopes: ["merge"] });
    expect((await merger.session.get([])).status).toBe(403);
  });
});

describe("rate limits", () => {
  it("count logins and pings by address, right or wrong", async () => {
    const limits = new RateLimitMiddleware(RateLimitConfig.authenticated(), { enforced: true });
    const limited = await startServer({ limits });
    try {
      const session = await HeliumSession.open(limited, "admin", KEYS.admin);
      expect((await login(limited, { username: "admin", password: "wrong" })).status).toBe(400);
      expect((await send(limited, "GET", "/schemas", { key: "hs_wrong" })).status).toBe(401);
      expect((await session.ping()).status).toBe(200);
      const answers = [];
      for (let i = 0; i < 40 && answers.at(-1)?.status !== 429; i++) {
        answers.push(await login(limited, { username: "admin", password: "wrong" }));
      }
      const { status, body, headers } = answers.at(-1)!;
      expect([status, body]).toEqual([429, { message: "Rate limit exceeded" }]);
      expect(headers.get("x-ratelimit-limit")).toBe("30");
      expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      // The session has a bucket of its own.
      expect((await session.get([])).status).toBe(200);
    } finally {
      await limited.remove();
    }
  });
});

describe("a server without authentication", () => {
  it("gives everybody a session, and wants none", async () => {
    const open = await startServer({ auth: null });
    try {
      const session = await HeliumSession.open(open, "root", "anything");
      expect((await session.ping()).body).toEqual({ validApiKey: true, expiresAt: session.expiration });
      expect((await session.get([])).body).toEqual(["main"]);
      expect((await send(open, "GET", "/schemas")).body).toEqual(["main"]);
      expect((await send(open, "GET", "/ping", { key: "hs_none" })).body.validApiKey).toBe(false);
    } finally {
      await open.remove();
    }
  });
});
