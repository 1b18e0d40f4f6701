import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  ApiServer,
  type ApiServerOptions,
  AuthMiddleware,
  type DatabaseHostFactory,
  EMBEDDED_HOSTS,
  EmbeddedDatabase,
  JwtManager,
  RateLimitConfig,
  RateLimitMiddleware,
} from "../../dist/index.js";
import { execute, get, must, post } from "../support/http.js";
import { untilInFlight } from "../support/in-flight.js";
import { KEYS, startServer } from "../support/server.js";

const folders: string[] = [];
function folder(): string {
  folders.push(mkdtempSync(join(tmpdir(), "heliosdb-embed-")));
  return folders.at(-1)!;
}
afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

it("a server runs its databases by the factory that it is given", async () => {
  const started: object[] = [];
  const databaseHosts: DatabaseHostFactory = {
    start: async (dataDir, settings) => {
      started.push({ dataDir, maxRows: settings.maxRows });
      return EMBEDDED_HOSTS.start(dataDir, { ...settings, maxRows: 3 });
    },
    check: EMBEDDED_HOSTS.check,
  };
  const dataDir = folder();
  const database = new EmbeddedDatabase(dataDir, { maxRows: 7 });
  const server = await new ApiServer("127.0.0.1:0", database, { logLevel: "silent", databaseHosts }).listen();
  try {
    expect(started).toEqual([{ dataDir, maxRows: 7 }]);
    const body = { sql: "SELECT value FROM json_each('[1, 2, 3, 4]')" };
    const answer = await post(server, "/v1/branches/main/query", body, { key: null });
    expect(answer.body).toMatchObject({ row_count: 3, truncated: true });
  } finally {
    await server.close();
  }
});

it("a server does not start where its databases can't, and ends what has started", async () => {
  const dataDir = folder();
  const databaseHosts: DatabaseHostFactory = {
    ...EMBEDDED_HOSTS,
    begin: async (path, settings) => ({
      host: await EMBEDDED_HOSTS.start(path, settings),
      ready: Promise.reject(new Error("a reader could not be started")),
    }),
  };
  const serverOn = (options: ApiServerOptions) =>
    new ApiServer("127.0.0.1:0", new EmbeddedDatabase(dataDir), { logLevel: "silent", ...options }).listen();
  await expect(serverOn({ databaseHosts })).rejects.toThrow("a reader could not be started");
  // The folder is free again.
  await (await serverOn({})).close();
});

describe("the tutorial's builders", () => {
  it("serve until their promise settles", async () => {
    let stop = () => {};
    const server = new ApiServer("127.0.0.1:0", new EmbeddedDatabase(join(folder(), "mydb.db")), { logLevel: "silent" })
      .withAuth(
        new AuthMiddleware("jwt-secret").withApiKey("sk_test_abc123xyz", "user123", "tenant456", "c", ["read"], "Key"),
      )
      .withRateLimiting(new RateLimitMiddleware(RateLimitConfig.authenticated()));
    const ended = server.serveWithShutdown(
      new Promise<void>((resolve) => {
        stop = resolve;
      }),
    );
    stop();
    await ended;
  });

  it("make tokens that servers with the same secret accept", async () => {
    const auth = new AuthMiddleware(Buffer.from("your-secret-key")).withApiKey(
      "sk_1",
      "u",
      "tenant456",
      "c",
      ["read"],
      "k",
    );
    const server = await startServer({ auth });
    try {
      const token = new JwtManager(Buffer.from("your-secret-key")).generateToken("user123", "tenant456", "c1");
      expect((await get(server, "/v1/branches", { key: null, token })).status).toBe(200);
      expect((await get(server, "/v1/auth/me", { key: "sk_1" })).body).toMatchObject({
        user_id: "u",
        tenant_id: "tenant456",
      });
    } finally {
      await server.remove();
    }
  });

  it("refuse what can't be", async () => {
    const database = new EmbeddedDatabase(folder());
    expect(() => new ApiServer("8080", database)).toThrow("127.0.0.1:8080");
    expect(() => new ApiServer("127.0.0.1:99999", database)).toThrow(RangeError);
    await expect(new ApiServer("0.0.0.0:0", database).listen()).rejects.toThrow("loopback");
    expect(() => new AuthMiddleware("")).toThrow(RangeError);
    expect(() => new EmbeddedDatabase("x", { clock: { startAt: "soon" } })).toThrow(RangeError);
    const file = join(folder(), "mydb.db");
    writeFileSync(file, "");
    await expect(new ApiServer("127.0.0.1:0", new EmbeddedDatabase(file)).listen()).rejects.toThrow("is a file");
  });
});

describe("secrets of a server that was given none", () => {
  it("are made once and kept for its owner alone", async () => {
    const dataDir = folder();
    const start = () =>
      startServer({ dataDir, auth: AuthMiddleware.fromConfig({ jwtSecret: null, adminApiKey: null }) });
    const first = await start();
    const key = first.adminKey?.made ?? "";
    expect(key).toMatch(/^hdb_k_admin_[A-Za-z0-9_-]{32}$/);
    expect(readFileSync(first.adminKey!.file, "utf8")).toBe(`${key}\n`);
    for (const name of ["admin.key", "jwt.secret", "catalog.db"]) {
      expect([name, statSync(join(dataDir, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect((await get(first, "/v1/auth/me", { key })).body).toMatchObject({ key_id: "k_admin", tenant_id: "default" });
    const { token } = (await post(first, "/v1/auth/token", undefined, { key })).body;
    expect((await post(first, "/v1/tenants", { name: "acme" }, { key })).body.name).toBe("acme");
    expect((await post(first, "/v1/tenants", { name: "acme" }, { key })).body.code).toBe("TENANT_EXISTS");
    const theirs = (await post(first, "/v1/auth/keys", { name: "k", scopes: ["admin"], tenant_id: "acme" }, { key }))
      .body.key;
    await first.close();

    const second = await start();
    expect(second.adminKey?.made).toBeNull();
    expect(
      (await get(second, "/v1/tenants", { key })).body.tenants.map((one: { name: string }) => one.name).sort(),
    ).toEqual(["acme", "default"]);
    expect((await get(second, "/v1/auth/me", { key: null, token })).status).toBe(200);
    expect((await get(second, "/v1/auth/me", { key: theirs })).body.tenant_id).toBe("acme");
    expect((await get(second, "/v1/tenants", { key: null, token })).status).toBe(403);
    await second.close();
  });
});

describe("a clock that starts in 2023", () => {
  it("makes the tutorial's timestamp readable", async () => {
    const server = await startServer({ database: { clock: { startAt: "2023-12-01T15:00:00Z" } } });
    try {
      await execute(server, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)");
      await execute(server, "INSERT INTO users VALUES (1, 'Alice')");
      const { created_at } = await must(server, "GET", "/v1/branches/main");
      expect(Math.abs(created_at - Date.parse("2023-12-01T15:00:00Z") / 1000)).toBeLessThan(60);
      const now = await get(server, `/v1/branches/main/tables/users/data?as_of=${created_at + 5}`);
      expect([200, 422]).toContain(now.status);
      const early = await get(server, "/v1/branches/main/tables/users/data?as_of=1701400000");
      expect(early.body.code).toBe("POINT_BEFORE_HISTORY");
    } finally {
      await server.remove();
    }
  });
});

describe("shutting down", () => {
  it("finishes what is in hand, and leaves nothing locked", async () => {
    const dataDir = folder();
    const server = await startServer({ dataDir });
    await execute(server, "CREATE TABLE t (n INTEGER)");
    const slow = post(server, "/v1/branches/main/execute", {
      sql: "INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 300000) SELECT x FROM c",
    });
    await untilInFlight(server.url, 1);
    const closing = server.close();
    expect((await slow).body).toMatchObject({ affected_rows: 300_000 });
    await closing;
    await expect(get(server, "/health")).rejects.toThrow();

    const again = await startServer({ dataDir });
    expect((await get(again, "/v1/branches/main/tables/t/data?limit=1", { key: KEYS.admin })).body.total).toBe(300_000);
    await again.close();
    expect(existsSync(join(dataDir, "databases"))).toBe(true);
  });
});
