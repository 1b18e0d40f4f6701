import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { withoutQuoted } from "../../dist/surfaces/sqlexec/presenters/reason.js";
import { OPERATIONS } from "../../dist/surfaces/sqlexec/routes/index.js";
import { execute, must, rows } from "../support/http.js";
import { StartedServer } from "../support/process.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";
import { makeSigner, parts, type QueryAnswer, query, send, sendSigned, signature } from "../support/signing.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)");
  await execute(server, "INSERT INTO users VALUES (1, 'Alice')");
});
afterAll(async () => {
  expect(await rows(server, "SELECT * FROM users")).toEqual([{ id: 1, name: "Alice" }]);
  await server?.remove();
});

/** No 5xx, and nothing of the inside, whatever was sent. */
function expectHarmless({ status, text, headers }: QueryAnswer, sent: unknown): void {
  expect([sent, status < 500]).toEqual([sent, true]);
  expect(headers.get("content-type")).toBe("application/json");
  expect(headers.get("x-trace-id")).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
  if (status < 400) return;
  const { error, code, ...more } = JSON.parse(text);
  expect([code, more]).toEqual([status, {}]);
  expect(error).toMatch(/^[a-z ]+$/);
}

const raw = (body: string | Uint8Array, headers: Record<string, string> = {}, key: string = KEYS.read) =>
  send(server, { method: "POST", path: "/api/v1/query", body }, { "x-api-key": key, ...headers });

describe("every route", () => {
  it.each(OPERATIONS.map((operation) => [operation.id, operation] as const))(
    "%s wants a credential, unless it is public, and has its own methods alone",
    async (_, { method, path, access }) => {
      for (const key of [undefined, "", "wrong", "hdb_k_aaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaa"]) {
        const { status } = await send(server, { method, path, body: "{}" }, { "x-api-key": key });
        expect(status).toBe(access === "public" ? 200 : 401);
      }
      for (const other of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
        if (other === method) continue;
        const answer = await send(server, { method: other, path, body: "{}" }, {});
        expect([other, answer.status, answer.body]).toEqual([other, 405, { error: "method not allowed", code: 405 }]);
        expect(answer.headers.get("allow")).toContain(method);
      }
      expect((await fetch(server.url + path, { method: "OPTIONS" })).status).toBe(204);
    },
  );
});

describe("whatever is sent", () => {
  it("as a body is answered in the surface's form", async () => {
    const field = fc.oneof(fc.string(), fc.constant(null), fc.integer(), fc.constant(undefined));
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json(),
      fc
        .record({ sql: field, database: field, trace_id: field, __proto__: field })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(body, async (sent) => expectHarmless(await raw(sent), sent)),
      { numRuns: 150 },
    );
  });

  it("as SQL is answered in the surface's form, and changes nothing for a key that reads", async () => {
    const word = fc.constantFrom(
      ...[
        "SELECT",
        "WITH",
        "INSERT INTO",
        "users",
        "RETURNING",
        "*",
        "FROM",
        "(",
        ")",
        "'",
        '"',
        "`",
        "--",
        "/*",
        "*/",
      ],
      ...[
        "AS OF SCN",
        "1",
        ";",
        "SHOW",
        "TABLES",
        "DESC",
        "EXPLAIN",
        "PRAGMA",
        "DELETE",
        "x'0g'",
        "\u0000",
        "VALUES",
        "AS",
      ],
      ...["_helios_commits", "sqlite_schema", "LIKE", ",", "=", "DROP TABLE", "ATTACH", "?1", "@a", "\ufeff", "é"],
    );
    const sql = fc.array(word, { maxLength: 10 }).map((words) => words.join(" "));
    await fc.assert(
      fc.asyncProperty(sql, async (text) => expectHarmless(await query(server, KEYS.read, text), text)),
      { numRuns: 200 },
    );
  });

  it("as headers of a signature or a trace is answered in the surface's form", async () => {
    const value = fc.string({ unit: fc.constantFrom(..."abk_0123456789,:;=\"'{}%é \t-"), maxLength: 60 });
    const names = [
      "x-api-key",
      "x-timestamp",
      "x-nonce",
      "x-signature",
      "x-trace-id",
      "authorization",
      "content-encoding",
    ];
    const headers = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 5 });
    await fc.assert(
      fc.asyncProperty(headers, async (given) => expectHarmless(await raw('{"sql":"SELECT 1"}', given), given)),
      { numRuns: 150 },
    );
  });

  it("may be large or deep", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    for (const body of [deep, `{"sql":${deep}}`, `{"sql":"SELECT 1","x":${deep}}`])
      expectHarmless(await raw(body), "deep");
    const long = JSON.stringify({ sql: `SELECT ${"(".repeat(100_000)}`, database: "x".repeat(1_000_000) });
    expectHarmless(await raw(long), "long");
    expectHarmless(await raw(JSON.stringify({ sql: `WITH ${"/**/".repeat(1_000_000)}` })), "comments");
    expectHarmless(await raw(JSON.stringify({ sql: `WITH a AS (${"')".repeat(1_000_000)}` })), "quotes");
    expectHarmless(await raw(JSON.stringify({ sql: `SHOW TABLES LIKE '${"%a".repeat(500_000)}'` })), "pattern");
    const path = `/api/v1/query?${"x".repeat(70_000)}`;
    const longUrl = await send(server, { method: "POST", path, body: "{}" }, {});
    expect([longUrl.status, longUrl.body]).toEqual([414, { error: "request uri too long", code: 414 }]);
  });
});

describe("the log", () => {
  let started: StartedServer | undefined;
  afterEach(() => started?.remove());

  it("has the reasons under their trace ids, and no secret, literal or signature", async () => {
    started = new StartedServer(["--log-level", "debug"], { HELIOSDB_ADMIN_API_KEY: KEYS.admin });
    const to = { url: await started.url() };
    const signer = await makeSigner(to);
    const failing = [
      "SELECT * FROM nowhere WHERE password = 'hunter2'",
      'SELECT 1 AS a WHERE a = "hunter2"',
      "SELECT 'hunter2",
      "SELECT 1 'hunter2' 'hunter2'",
      "nonsense 'hunter2'",
      "SHOW TABLES LIKE 'hunter2' hunter2",
    ];
    for (const [i, sql] of failing.entries()) {
      const answer = await query(to, signer.key, sql, { note: "hunter2" }, { "x-trace-id": `trace-${i}` });
      expect([sql, answer.status]).toEqual([sql, 400]);
    }
    const signed = parts({ body: JSON.stringify({ sql: "SELECT 'hunter2'", extra: 1, trace_id: "trace-of-body" }) });
    expect((await sendSigned(to, signer, signed)).status).toBe(200);
    expect((await sendSigned(to, signer, signed)).status).toBe(401);
    await send(
      to,
      { method: "POST", path: "/api/v1/query", body: '{"sql":"SELECT \'hunter2\'' },
      { "x-api-key": signer.key },
    );
    await started.logged(/trace-of-body/);
    const log = started.stderr();
    for (const secret of [signer.secret, signer.key, signed.nonce, signature(signer.secret, signed), "hunter2"]) {
      expect(log).not.toContain(secret);
    }
    expect(log).toMatch(/"trace_id":"trace-0".*"code":"SQL_NAME_NOT_FOUND".*"reason":"no such table: nowhere"/);
    for (const i of failing.keys()) expect(log).toContain(`"trace_id":"trace-${i}"`);
    expect(log).toMatch(/"trace_id":"trace-of-body".*"ignored_fields":"extra"/);
  });

  it("has no text in quotes of a reason", () => {
    const inner = fc.string({ unit: fc.constantFrom("x", "'", '"', " ", "`") });
    fc.assert(
      fc.property(inner, fc.constantFrom('"', "'", "`"), (text, quote) => {
        expect(withoutQuoted(`near ${quote}${text}${quote}: syntax error`)).not.toContain("x'");
        expect(withoutQuoted(`near ${quote}SECRET${text}${quote}: syntax error`)).toBe("near …: syntax error");
      }),
    );
    expect(withoutQuoted("can't be read")).toBe("can't be read");
    expect(withoutQuoted("near 'open")).toBe("near …");
  });
});

it("a wrong key in the form of an id, a session or a signature is refused like any other", async () => {
  const made = await must(server, "POST", "/v1/auth/keys", { name: "k", scopes: ["read"] });
  for (const key of [made.id, `hs_${"a".repeat(40)}`, made.key.slice(0, -1), `${made.key}a`, made.key.toUpperCase()]) {
    expect((await query(server, key, "SELECT 1")).text).toBe('{"error":"unauthorized","code":401}');
  }
});
