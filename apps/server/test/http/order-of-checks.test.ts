import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RateLimitConfig, RateLimitMiddleware } from "../../dist/index.js";
import { call, get, LITE, post, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ server: { maxBodyBytes: 4096, corsOrigins: ["https://app.example"] } });
});
afterAll(() => server?.remove());

/** Sends bytes as they are and resolves to all that comes back. */
function exchange(bytes: string | Buffer, to = server): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(to.url).port), "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    socket.once("close", () => resolve(text));
    socket.once("error", reject);
  });
}

describe("each check comes before the next", () => {
  const big = `{"sql":"${"x".repeat(5000)}"}`;
  it.each([
    ["no such path, and no credential", "GET", "/v1/nope", { key: null }, 404, "ROUTE_NOT_FOUND"],
    ["wrong method, and no credential", "PATCH", "/v1/branches", { key: null }, 405, "METHOD_NOT_ALLOWED"],
    ["no credential, and a large body", "POST", "/v1/branches", { key: null, raw: big }, 401, "UNAUTHORIZED"],
    ["no credential, and bad JSON", "POST", "/v1/branches", { key: null, raw: "{" }, 401, "UNAUTHORIZED"],
    ["large body, and no scope", "POST", "/v1/branches", { key: KEYS.read, raw: big }, 413, "PAYLOAD_TOO_LARGE"],
    ["bad JSON, and no scope", "POST", "/v1/branches", { key: KEYS.read, raw: "{" }, 400, "BAD_REQUEST"],
    [
      "no JSON, and no scope",
      "POST",
      "/v1/branches",
      { key: KEYS.read, raw: "a=1", headers: { "content-type": "text/plain" } },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["no scope, and a bad field", "POST", "/v1/branches", { key: KEYS.read, raw: '{"nmae":1}' }, 403, "FORBIDDEN"],
    ["a bad field, and no branch", "POST", "/v1/branches/nope/query", { raw: '{"sqll":1}' }, 400, "UNKNOWN_FIELD"],
    [
      "no branch, and bad SQL",
      "POST",
      "/v1/branches/nope/query",
      { raw: '{"sql":"SELEC 1"}' },
      404,
      "BRANCH_NOT_FOUND",
    ],
    [
      "no branch, and a bad statement",
      "POST",
      "/v1/branches/nope/execute",
      { raw: '{"sql":"SELEC 1"}' },
      404,
      "BRANCH_NOT_FOUND",
    ],
    ["no table, and a bad filter", "GET", "/v1/branches/main/tables/t/data?filter=;", {}, 404, "TABLE_NOT_FOUND"],
  ])("%s", async (_, method, path, options, status, code) => {
    for (const accept of [LITE, SPEC]) {
      const { body, ...answer } = await call(server, method, path, undefined, { ...options, accept });
      expect([answer.status, accept === LITE ? body.code : body.error.code]).toEqual([status, code]);
      expect(answer.headers.get("content-type")).toBe(accept);
    }
  });

  it("an empty bucket comes before the body", async () => {
    const limits = new RateLimitMiddleware(new RateLimitConfig(1, 60, 1));
    const limited = await startServer({ limits });
    try {
      expect((await get(limited, "/v1/branches")).status).toBe(200);
      expect((await post(limited, "/v1/branches", undefined, { raw: "{" })).status).toBe(429);
    } finally {
      await limited.remove();
    }
  });
});

describe("methods", () => {
  it("that a path does not have are listed in Allow", async () => {
    const answer = await call(server, "PUT", "/v1/branches/main", {});
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD, PATCH, DELETE, OPTIONS"]);
    expect(answer.body).toMatchObject({ status: 405, error: "MethodNotAllowed", code: "METHOD_NOT_ALLOWED" });
  });

  it("HEAD and OPTIONS answer without a body", async () => {
    const head = await call(server, "HEAD", "/v1/branches");
    expect([head.status, head.body]).toEqual([200, ""]);
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(10);
    const options = await call(server, "OPTIONS", "/v1/branches", undefined, { key: null });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, POST, OPTIONS"]);
  });

  it("a browser's preflight is answered for origins on the list alone", async () => {
    const ask = (origin: string) =>
      call(server, "OPTIONS", "/v1/branches", undefined, {
        key: null,
        headers: { origin, "access-control-request-method": "POST" },
      });
    const good = await ask("https://app.example");
    expect(good.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(good.headers.get("access-control-allow-headers")).toContain("X-API-Key");
    expect(good.headers.get("vary")).toBe("Accept, Origin");
    expect((await ask("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
    const read = await get(server, "/v1/branches", { headers: { origin: "https://app.example" } });
    expect(read.headers.get("access-control-expose-headers")).toContain("X-RateLimit-Remaining");
  });
});

describe("bodies", () => {
  const query = "/v1/branches/main/query";
  it.each([
    ["not JSON", "{'sql': 1}", 400, "BAD_REQUEST", "not valid JSON"],
    ["cut off", '{"sql":', 400, "BAD_REQUEST", "not valid JSON"],
    ["a list", "[]", 400, "INVALID_FIELD", "must be an object"],
    ["null", "null", 400, "INVALID_FIELD", "must be an object"],
    ["not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "BAD_REQUEST", "UTF-8"],
    ["with a large integer", '{"sql":"SELECT $1","params":[9007199254740993]}', 400, "INVALID_FIELD", "as a string"],
    ["polluting", '{"sql":"SELECT 1","__proto__":{"explain":true}}', 400, "UNKNOWN_FIELD", "__proto__"],
    ["nothing at all", "", 400, "BAD_REQUEST", "needs a JSON body"],
  ])("that are %s are refused", async (_, raw, status, code, message) => {
    const answer = await post(server, query, undefined, { raw });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.message).toContain(message);
    expect(({} as { explain?: boolean }).explain).toBeUndefined();
  });

  it.each([
    ["application/json", 200],
    ["application/json; charset=utf-8", 200],
    ["APPLICATION/JSON", 200],
    ["application/vnd.heliosdb.v1+json", 200],
    ["application/json; charset=latin1", 415],
    ["application/x-www-form-urlencoded", 415],
    ["text/plain", 415],
    ["nonsense", 415],
  ])("of type %s: %i", async (type, status) => {
    const answer = await post(server, query, { sql: "SELECT 1" }, { headers: { "content-type": type } });
    expect(answer.status).toBe(status);
  });

  it("that are compressed are refused", async () => {
    const options = { headers: { "content-encoding": "gzip" } };
    expect((await post(server, query, { sql: "SELECT 1" }, options)).status).toBe(415);
  });

  it("on a GET are refused", async () => {
    const text = await exchange(
      `GET /v1/branches HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEYS.admin}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(text).toContain("takes no body");
  });

  it("that are too large are read to their end, so that the client sees why", async () => {
    const answer = await post(server, query, undefined, { raw: Buffer.alloc(20 * 1024 * 1024, 32) });
    expect([answer.status, answer.body.error, answer.body.code]).toEqual([413, "PayloadTooLarge", "PAYLOAD_TOO_LARGE"]);
    expect(answer.body.message).toContain("4096 bytes");
  });
});

describe("paths", () => {
  it("keep an encoded slash in its segment", async () => {
    const answer = await get(server, "/v1/branches/a%2Fb");
    expect(answer.body).toMatchObject({ code: "BRANCH_NOT_FOUND", message: "Branch 'a/b' not found" });
    expect((await get(server, "/v1/branches/%252F")).body.message).toBe("Branch '%2F' not found");
    expect((await get(server, "/v1/branches/..%2F..%2Fetc%2Fpasswd")).status).toBe(404);
  });

  it("with a bad encoding are refused, in the dialect asked for", async () => {
    const answer = await get(server, "/v1/branches/%zz", { accept: SPEC });
    expect([answer.status, answer.body.error.code]).toEqual([400, "BAD_REQUEST"]);
    expect((await get(server, "/v1/branches/%ff")).body.code).toBe("BAD_REQUEST");
  });

  it("may be long, and too long", async () => {
    expect((await get(server, `/v1/branches/${"x".repeat(1000)}`)).body.code).toBe("BRANCH_NOT_FOUND");
    expect((await get(server, `/v1/branches/${"x".repeat(8000)}`)).body.code).toBe("BAD_REQUEST");
  });

  it("with an empty segment are no paths", async () => {
    for (const path of ["/v1/branches//tables", "/v1/branches//merge", "/v1/branches/", "/v1/branches/main/"]) {
      const answer = await post(server, path, {});
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, "ROUTE_NOT_FOUND"]);
    }
  });

  it("that are no HTTP at all get an answer all the same", async () => {
    const text = await exchange("NONSENSE\r\n\r\n");
    expect(text).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(JSON.parse(text.split("\r\n\r\n")[1]!)).toMatchObject({ status: 400, error: "BadRequest" });
  });
});

describe("request ids", () => {
  it("are the caller's own where they are harmless", async () => {
    const given = await get(server, "/v1/nope", { headers: { "x-request-id": "trace-42" } });
    expect([given.headers.get("x-request-id"), given.body.request_id]).toEqual(["trace-42", "trace-42"]);
    const odd = await get(server, "/v1/nope", { headers: { "x-request-id": '"><script>' } });
    expect(odd.body.request_id).toMatch(/^req_/);
  });
});

describe("a server without authentication", () => {
  it("answers its own machine, and no page of another site", async () => {
    const open = await startServer({ auth: null, server: { corsOrigins: ["https://app.example"] } });
    try {
      const port = new URL(open.url).port;
      const me = await get(open, "/v1/auth/me", { key: null });
      expect(me.body).toMatchObject({ method: "none", user_id: "anonymous", scopes: ["admin"] });
      const ask = (headers: Record<string, string>) =>
        exchange(
          `GET /v1/branches HTTP/1.1\r\n${Object.entries({ Host: `127.0.0.1:${port}`, ...headers })
            .map(([name, value]) => `${name}: ${value}\r\n`)
            .join("")}Connection: close\r\n\r\n`,
          open,
        );
      const statusOf = async (headers: Record<string, string>) => Number((await ask(headers)).split(" ")[1]);
      expect(await statusOf({})).toBe(200);
      expect(await statusOf({ Host: `localhost:${port}` })).toBe(200);
      expect(await statusOf({ Host: `[::1]:${port}` })).toBe(200);
      expect(await statusOf({ Origin: `http://127.0.0.1:${port}` })).toBe(200);
      expect(await statusOf({ Origin: "https://app.example" })).toBe(200);
      expect(await statusOf({ Host: "evil.example" })).toBe(403);
      expect(await statusOf({ Host: "127.0.0.1.evil.example" })).toBe(403);
      expect(await statusOf({ Origin: "https://evil.example" })).toBe(403);
      expect(await statusOf({ Origin: "null" })).toBe(403);
      expect(await statusOf({ "Sec-Fetch-Site": "cross-site" })).toBe(403);
      expect(await ask({ Host: "evil.example" })).toContain("HOST_NOT_ALLOWED");
      const token = await post(open, "/v1/auth/token", undefined, { key: null });
      expect([token.status, token.body.error]).toEqual([501, "NotImplemented"]);
    } finally {
      await open.remove();
    }
  });
});
