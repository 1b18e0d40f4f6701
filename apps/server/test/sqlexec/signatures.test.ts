import { once } from "node:events";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RateLimitConfig, RateLimitMiddleware } from "../../dist/index.js";
import { signatureOf } from "../../dist/signatures/signature-verifier.js";
import { UNVERIFIED_LIMITS } from "../../dist/signatures/unverified-bodies.js";
import { readSignature } from "../../dist/surfaces/sqlexec/readers/signature.js";
import { call, execute, get, must, post, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";
import {
  makeSigner,
  now,
  parts,
  type QueryAnswer,
  query,
  type SignedParts,
  type Signer,
  send,
  sendSigned,
  signature,
} from "../support/signing.js";

let server: TestServer;
let signer: Signer;
let other: Signer;

beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE t (v TEXT)");
  [signer, other] = [await makeSigner(server), await makeSigner(server)];
});
afterAll(() => server?.remove());

/** Every refusal has this one form. */
function expectRefused(answer: QueryAnswer, what?: unknown): void {
  expect([what, answer.status, answer.text]).toEqual([what, 401, '{"error":"unauthorized","code":401}']);
  expect(answer.headers.get("www-authenticate")).toBeNull();
}

const insert = (v: string) => JSON.stringify({ sql: `INSERT INTO t VALUES ('${v}')` });
const count = async (v: string) =>
  (await query(server, KEYS.read, `SELECT count(*) FROM t WHERE v = '${v}'`)).body.rows[0][0];

describe("a signature", () => {
  it.each([
    [
      "1771146000",
      "nonce-0001",
      '{"sql":"SELECT 1"}',
      "8a0110eae5be916970472103dfb73699d96c4bb8d94792d88e3052dc4e0484bf",
    ],
    [
      "1771146000",
      "nonce-0002",
      `{"sql":"SELECT '张三'"}`,
      "318a0d17f91706fe97da6b74d7d3d9241474bc3a548bdbb122e585a5edf9e8ba",
    ],
  ])("is that of the test vector: %s %s", (timestamp, nonce, body, expected) => {
    const headers = { "x-api-key": "k_demo", "x-timestamp": timestamp, "x-nonce": nonce, "x-signature": expected };
    const claim = readSignature("", { method: "POST", url: "/api/v1/query", headers });
    if (claim === null || claim === "malformed") throw new Error(`${claim}`);
    expect(signatureOf("demo-signing-secret", claim.head, Buffer.from(body)).toString("hex")).toBe(expected);
    expect(claim.signature.toString("hex")).toBe(expected);
  });

  it("lets a request in, in either letter case, whatever is in its body", async () => {
    const body = JSON.stringify({ sql: "SELECT '张三', 'é'" });
    expect((await sendSigned(server, signer, { body })).body.rows).toEqual([["张三", "é"]]);
    const all = parts();
    const upper = { "x-signature": signature(signer.secret, all).toUpperCase() };
    expect((await sendSigned(server, signer, all, upper)).status).toBe(200);
    const spaced = ' { "sql" : "SELECT 1" }\r\n';
    expect((await sendSigned(server, signer, { body: spaced })).status).toBe(200);
  });

  it("counts as its key, with the key's rights", async () => {
    const reader = await makeSigner(server, { scopes: ["read"], user_id: "rita" });
    const trace = { "x-trace-id": "signed-by-rita" };
    expect((await sendSigned(server, reader, {}, trace)).status).toBe(200);
    expect((await sendSigned(server, reader, { body: insert("rita") })).body).toEqual({
      error: "forbidden",
      code: 403,
    });
    const { entries } = (await get(server, "/v1/audit?trace_id=signed-by-rita")).body;
    expect(entries).toMatchObject([{ key_id: reader.id, user_id: "rita", method: "api_key" }]);
  });

  it("holds for five minutes in either direction", async () => {
    for (const offset of [-290, -1, 0, 290]) {
      expect([offset, (await sendSigned(server, signer, { timestamp: now(offset) })).status]).toEqual([offset, 200]);
    }
    for (const offset of [-86_400, -302, 303, 86_400]) {
      expectRefused(await sendSigned(server, signer, { timestamp: now(offset) }), offset);
    }
  });

  it("is good for one request", async () => {
    const all = parts({ body: insert("once") });
    expect((await sendSigned(server, signer, all)).body).toEqual({ affected_rows: 1 });
    expectRefused(await sendSigned(server, signer, all));
    // The nonce is used, whatever is signed with it.
    expectRefused(await sendSigned(server, signer, { ...all, body: insert("once again") }));
    expectRefused(await sendSigned(server, signer, { ...all, timestamp: now(1) }));
    expect(await count("once")).toBe(1);
    // Of another key it is another one.
    expect((await sendSigned(server, other, { nonce: all.nonce })).status).toBe(200);
  });

  it("is good for one of many that come at once", async () => {
    const all = parts({ body: insert("at once") });
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendSigned(server, signer, all)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers) if (answer.status !== 200) expectRefused(answer);
    expect(await count("at once")).toBe(1);
  });

  it("uses its nonce also where the statement fails", async () => {
    const all = parts({ body: JSON.stringify({ sql: "SELECT * FROM nowhere" }) });
    expect((await sendSigned(server, signer, all)).body).toEqual({ error: "query failed", code: 400 });
    expectRefused(await sendSigned(server, signer, all));
    const malformed = parts({ body: "{" });
    expect((await sendSigned(server, signer, malformed)).body).toEqual({ error: "invalid request body", code: 400 });
    expectRefused(await sendSigned(server, signer, malformed));
  });

  it("covers a request without a body", async () => {
    expect((await sendSigned(server, signer, { body: "" })).body).toEqual({ error: "invalid request body", code: 400 });
    expectRefused(await sendSigned(server, { ...signer, secret: "wrong" }, { body: "" }));
  });

  it("can't be had with a query string, which it would not cover", async () => {
    const all = parts();
    const headers = { "x-api-key": signer.id, "x-timestamp": all.timestamp, "x-nonce": all.nonce };
    const signed = { ...headers, "x-signature": signature(signer.secret, all) };
    const answer = await send(server, { ...all, path: `${all.path}?database=dev` }, signed);
    expect(answer.body).toEqual({ error: "query string not allowed", code: 400 });
  });
});

describe("a request is refused", () => {
  it.each([
    ["without X-API-Key", { "x-api-key": undefined }],
    ["without X-Timestamp", { "x-timestamp": undefined }],
    ["without X-Nonce", { "x-nonce": undefined }],
    ["without X-Signature", { "x-signature": undefined }],
    ["with only X-Nonce", { "x-signature": undefined, "x-timestamp": undefined }],
    ["with an empty signature", { "x-signature": "" }],
    ["with a short signature", { "x-signature": "ab".repeat(31) }],
    ["with a long signature", { "x-signature": "ab".repeat(33) }],
    ["with a signature of zeros", { "x-signature": "0".repeat(64) }],
    ["with a signature in base64", { "x-signature": Buffer.alloc(32).toString("base64") }],
    ["with a short nonce", { "x-nonce": "1234567" }],
    ["with a long nonce", { "x-nonce": "a".repeat(129) }],
    ["with another nonce", { "x-nonce": "another-nonce" }],
    ["with a body's byte in the nonce", { "x-nonce": "nonce-000{" }],
    ["with a timestamp in milliseconds", { "x-timestamp": String(Date.now()) }],
    ["with a fraction of a second", { "x-timestamp": `${now()}.5` }],
    ["with a signed timestamp", { "x-timestamp": `+${now().slice(1)}` }],
    ["with a compressed body", { "content-encoding": "gzip" }],
    ["by an unknown key", { "x-api-key": "k_aaaaaaaaaaaa" }],
    ["by a key that is none", { "x-api-key": "k_' OR 1=1 --" }],
    ["by a key of the program", { "x-api-key": "k_admin" }],
  ])("%s", async (_, headers) => {
    expectRefused(await sendSigned(server, signer, {}, headers));
  });

  it("where another way in stands beside half a signature", async () => {
    const token = server.jwt.generateToken("ann", "default", "c", { scopes: ["admin"] });
    for (const headers of [
      { "x-nonce": "a-nonce-of-mine" },
      { "x-timestamp": now() },
      { "x-signature": "0".repeat(64) },
    ]) {
      expectRefused(await query(server, KEYS.admin, "SELECT 1", {}, headers), headers);
      expectRefused(await query(server, signer.key, "SELECT 1", {}, { ...headers, authorization: `Bearer ${token}` }));
    }
  });

  it("where the id stands in for the whole key, or the key for the id", async () => {
    expect((await query(server, signer.key, "SELECT 1")).status).toBe(200);
    expectRefused(await query(server, signer.id, "SELECT 1"));
    expectRefused(
      await query(server, "unused", "SELECT 1", {}, { "x-api-key": undefined, authorization: `Bearer ${signer.id}` }),
    );
    expectRefused(await sendSigned(server, signer, {}, { "x-api-key": signer.key }));
    for (const secret of [signer.key, signer.id, "", other.secret]) {
      expectRefused(await sendSigned(server, { id: signer.id, secret }));
    }
    // The secret signs; it is no key.
    expectRefused(await query(server, signer.secret, "SELECT 1"));
  });

  it("where the parts stand in another order", async () => {
    const { method, path, timestamp, nonce, body } = parts();
    const orders = [
      [path, method, timestamp, nonce, body],
      [method, path, nonce, timestamp, body],
      [method, path, timestamp, body, nonce],
      [body, nonce, timestamp, path, method],
      [method, path, timestamp, nonce],
      [method, path, timestamp, nonce, body, ""].map((part) => `${part}\n`),
    ];
    for (const order of orders) {
      const sum = signature(signer.secret, { method: order.join(""), path: "", timestamp: "", nonce: "", body: "" });
      const all = { method, path, timestamp, nonce, body };
      expectRefused(await sendSigned(server, signer, all, { "x-signature": sum }));
    }
  });

  it("where the boundary between nonce and body is moved", async () => {
    const all = parts({ nonce: "nonce-to-be-moved" });
    expect((await sendSigned(server, signer, all)).status).toBe(200);
    const sum = signature(signer.secret, all);
    const moved = { ...all, nonce: all.nonce.slice(0, -1), body: `d${all.body}` };
    // The signature fits, and was used.
    expect(signature(signer.secret, moved)).toBe(sum);
    expectRefused(await sendSigned(server, signer, moved, { "x-signature": sum }));
  });
});

describe("any change", () => {
  /** Where a byte of a text is changed, and into what. */
  const change = fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) });
  type Change = { at: number; by: number };
  const changed = (text: string | Uint8Array, { at, by }: Change) => {
    const bytes = Buffer.from(text);
    bytes[at % bytes.length]! ^= by;
    return bytes;
  };
  /** Only what a client could send there at all. */
  const isToken = (bytes: Buffer) => /^[!-~]+$/.test(bytes.toString("latin1"));

  it("of one byte in timestamp, nonce or body is refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("timestamp", "nonce", "body"), change, async (name, at) => {
        const all = parts({ body: insert("changed") });
        const bytes = changed(all[name], at);
        const sum = { "x-signature": signature(signer.secret, all) };
        if (name !== "body") fc.pre(isToken(bytes));
        const sent: SignedParts = { ...all, [name]: name === "body" ? bytes : bytes.toString("latin1") };
        expectRefused(await sendSigned(server, signer, sent, sum), [name, at]);
      }),
      { numRuns: 120 },
    );
    expect(await count("changed")).toBe(0);
  });

  it("of one byte in key, signature, path or method is refused, or meant for nobody", async () => {
    const headers = fc.constantFrom("x-api-key", "x-signature");
    await fc.assert(
      fc.asyncProperty(headers, change, async (name, at) => {
        const all = parts({ body: insert("changed") });
        const right = { "x-api-key": signer.id, "x-signature": signature(signer.secret, all) };
        const bytes = changed(right[name], at);
        // Hex digits have two letter cases.
        fc.pre(isToken(bytes) && bytes.toString().toLowerCase() !== right[name]);
        expectRefused(await sendSigned(server, signer, all, { ...right, [name]: bytes.toString() }), [name, at]);
      }),
      { numRuns: 80 },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("path", "method"), change, async (name, at) => {
        const all = parts({ body: insert("changed") });
        const bytes = changed(all[name], at);
        fc.pre(isToken(bytes) && (name === "path" || /^[A-Z]+$/.test(bytes.toString())));
        const status = await sendAsItIs({ ...all, [name]: bytes.toString() }, signature(signer.secret, all));
        expect([name, bytes.toString(), status >= 400 && status < 500]).toEqual([name, bytes.toString(), true]);
      }),
      { numRuns: 60 },
    );
    expect(await count("changed")).toBe(0);
  });

  it("of one byte in any part is malformed or needs another signature", () => {
    const names = ["method", "path", "timestamp", "nonce", "body"] as const;
    const nonce = fc.string({ unit: fc.constantFrom(..."aZ09_-"), minLength: 8, maxLength: 128 });
    const seconds = fc.integer({ min: 1e9, max: 9_999_999_999 }).map(String);
    const request = fc.record({ nonce, timestamp: seconds, body: fc.string({ minLength: 1, unit: "binary" }) });
    const signed = ({ method, path, timestamp, nonce, body }: Required<SignedParts>, sum: string) => {
      const headers = { "x-api-key": "k_1", "x-timestamp": timestamp, "x-nonce": nonce, "x-signature": sum };
      const claim = readSignature("", { method, url: path, headers });
      if (claim === null || claim === "malformed") return "malformed";
      return signatureOf("secret", claim.head, Buffer.from(body)).equals(claim.signature) ? "right" : "wrong";
    };
    fc.assert(
      fc.property(request, fc.constantFrom(...names), change, (given, name, at) => {
        const all = parts(given);
        const sum = signature("secret", all);
        expect(signed(all, sum)).toBe("right");
        const bytes = changed(all[name], at);
        const other = name === "body" ? bytes : bytes.toString("latin1");
        // What begins a query string ends the path.
        fc.pre(name !== "path" || !other.includes("?"));
        expect(signed({ ...all, [name]: other }, sum)).not.toBe("right");
      }),
      { numRuns: 2000 },
    );
  });

  it("of the path's spelling is another path", async () => {
    const all = parts();
    const sum = { "x-signature": signature(signer.secret, all) };
    expectRefused(await sendSigned(server, signer, { ...all, path: "/api/v1/%71uery" }, sum));
    // Signed as it is sent, it is right.
    expect((await sendSigned(server, signer, { path: "/api/v1/%71uery" })).status).toBe(200);
  });
});

describe("a signing secret", () => {
  const secretOf = (id: string, body?: object) => post(server, `/v1/auth/keys/${id}/signing-secret`, body);
  const works = async (id: string, secret: string) => (await sendSigned(server, { id, secret })).status;

  it("is made for a key, shown once, and seen to be there", async () => {
    const { id } = await must(server, "POST", "/v1/auth/keys", { name: "k", scopes: ["read"] });
    expect((await get(server, `/v1/auth/keys/${id}`)).body.signing_secret_at).toBeNull();
    const made = await secretOf(id);
    expect([made.status, made.body]).toEqual([
      201,
      { key_id: id, signing_secret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/), created_at: expect.any(Number) },
    ]);
    expect(await works(id, made.body.signing_secret)).toBe(200);
    for (const path of [`/v1/auth/keys/${id}`, "/v1/auth/keys", "/v1/audit"]) {
      expect(JSON.stringify((await get(server, path)).body)).not.toContain(made.body.signing_secret);
    }
    const shown = (await get(server, `/v1/auth/keys/${id}`, { accept: SPEC })).body.data;
    expect(Date.parse(shown.signing_secret_at)).toBe(made.body.created_at * 1000);
  });

  it("is replaced at once, or after a grace", async () => {
    const { id, secret: first } = await makeSigner(server);
    const second = (await secretOf(id)).body.signing_secret;
    expect([await works(id, first), await works(id, second)]).toEqual([401, 200]);
    const third = (await secretOf(id, { grace: 2 })).body.signing_secret;
    expect([await works(id, second), await works(id, third)]).toEqual([200, 200]);
    await expect.poll(() => works(id, second)).toBe(401);
    expect([await works(id, first), await works(id, third)]).toEqual([401, 200]);
  });

  it("is revoked alone, and never comes back", async () => {
    const { id, secret, key } = await makeSigner(server);
    const revoked = await call(server, "DELETE", `/v1/auth/keys/${id}/signing-secret`);
    expect([revoked.status, revoked.body.signing_secret_at]).toEqual([200, null]);
    expect(await works(id, secret)).toBe(401);
    expect((await query(server, key, "SELECT 1")).status).toBe(200);
    const next = (await secretOf(id, { grace: 600 })).body.signing_secret;
    expect([await works(id, secret), await works(id, next)]).toEqual([401, 200]);
  });

  it("ends with its key, and stays when the key gets another secret", async () => {
    const { id, secret } = await makeSigner(server);
    await must(server, "POST", `/v1/auth/keys/${id}/rotate`);
    expect(await works(id, secret)).toBe(200);
    await must(server, "DELETE", `/v1/auth/keys/${id}`);
    expect(await works(id, secret)).toBe(401);
    expect((await secretOf(id)).body.code).toBe("KEY_ENDED");
  });

  it("ends while its user is disabled", async () => {
    await must(server, "POST", "/v1/auth/users", { id: "una", name: "Una", role: "viewer" });
    const { id, secret } = await makeSigner(server, { user_id: "una" });
    expect((await sendSigned(server, { id, secret }, { body: insert("una") })).status).toBe(403);
    await must(server, "PATCH", "/v1/auth/users/una", { disabled: true });
    expect(await works(id, secret)).toBe(401);
  });

  it("is for admins of the key's tenant", async () => {
    const tries = [KEYS.write, KEYS.read, signer.key].map((key) => ({ key, status: 403 }));
    for (const { key, status } of [...tries, { key: KEYS.other, status: 404 }]) {
      const path = `/v1/auth/keys/${signer.id}/signing-secret`;
      expect((await post(server, path, undefined, { key })).status).toBe(status);
      expect((await call(server, "DELETE", path, undefined, { key })).status).toBe(status);
    }
    expect((await sendSigned(server, signer)).status).toBe(200);
    expect((await secretOf("k_admin")).body.code).toBe("KEY_NOT_FOUND");
  });
});

describe("what a signature costs", () => {
  const limits = () => new RateLimitMiddleware(new RateLimitConfig(100, 3600, 3));

  it("is the address's where it is wrong or was used, and the key's where it is right", async () => {
    const limited = await startServer({ limits: limits() });
    try {
      const mine = await makeSigner(limited);
      const captured = parts();
      const first = await sendSigned(limited, mine, captured);
      expect([first.status, first.headers.get("x-ratelimit-remaining")]).toEqual([200, "2"]);
      const answers: number[] = [];
      for (let i = 0; i < 4; i++) {
        answers.push((await sendSigned(limited, mine, captured)).status);
        answers.push((await sendSigned(limited, { ...mine, secret: "guess" })).status);
      }
      // The address has five tries; nobody's key has paid for any of them.
      expect(answers).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
      expect((await sendSigned(limited, mine)).headers.get("x-ratelimit-remaining")).toBe("1");
      expect((await sendSigned(limited, mine)).status).toBe(200);
      // Beyond its limit, a key's request is not used up.
      const waiting = parts({ timestamp: now() });
      const refused = await sendSigned(limited, mine, waiting);
      expect([refused.status, refused.body]).toEqual([429, { error: "rate limited", code: 429 }]);
      expect((await sendSigned(limited, mine, waiting)).status).toBe(429);
    } finally {
      await limited.remove();
    }
  });

  it("is the address's, too, for a body that is too large or never ends", async () => {
    const limited = await startServer({ limits: limits(), server: { maxBodyBytes: 2000 } });
    try {
      const mine = await makeSigner(limited);
      const large = parts({ body: " ".repeat(3000) });
      expect((await sendSigned(limited, mine, large)).status).toBe(413);
      for (let i = 0; i < 3; i++) await abandon(limited, mine);
      await expect.poll(async () => (await sendSigned(limited, { ...mine, secret: "guess" })).status).toBe(429);
      expect((await sendSigned(limited, mine)).status).toBe(200);
    } finally {
      await limited.remove();
    }
  });
});

describe("bodies on their way", () => {
  it("are so many for one address at most, and room comes back when they end", async () => {
    const { bodies } = UNVERIFIED_LIMITS.perAddress;
    const open = await Promise.all(Array.from({ length: bodies }, () => beginBody(server, signer)));
    // With fronts, the last of them may still be on their way to the process that counts them.
    let refused = await sendSigned(server, signer);
    for (let tries = 0; refused.status === 200 && tries < 50; tries++) refused = await sendSigned(server, signer);
    expect([refused.status, refused.body]).toEqual([503, { error: "service unavailable", code: 503 }]);
    expect(refused.headers.get("retry-after")).toBe("1");
    // Whoever sends a key needs no room.
    expect((await query(server, signer.key, "SELECT 1")).status).toBe(200);
    for (const request of open) request.destroy();
    await expect.poll(async () => (await sendSigned(server, signer)).status).toBe(200);
  });
});

describe("behind a proxy that takes a prefix from the path", () => {
  it("the client signs the path that it sees", async () => {
    const behind = await startServer({ server: { publicPrefix: "/db" } });
    try {
      const mine = await makeSigner(behind);
      const seen = parts({ path: "/db/api/v1/query" });
      const headers = { "x-signature": signature(mine.secret, seen) };
      expect((await sendSigned(behind, mine, { ...seen, path: "/api/v1/query" }, headers)).status).toBe(200);
      expectRefused(await sendSigned(behind, mine));
    } finally {
      await behind.remove();
    }
  });
});

it("without authentication a signature is not looked at, and none can be made", async () => {
  const open = await startServer({ auth: null });
  try {
    expect((await sendSigned(open, { id: "k_any", secret: "x" })).status).toBe(200);
    expect((await post(open, "/v1/auth/keys/k_any/signing-secret")).body.code).toBe("NOT_IMPLEMENTED");
  } finally {
    await open.remove();
  }
});

/** Sends method and path as they are, where fetch would mend them; resolves to the status. */
async function sendAsItIs({ method, path, timestamp, nonce, body }: Required<SignedParts>, sum: string) {
  const { hostname, port } = new URL(server.url);
  const headers = { "x-api-key": signer.id, "x-timestamp": timestamp, "x-nonce": nonce, "x-signature": sum };
  const request = httpRequest({ hostname, port, path, method, headers, agent: false });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode!;
}

/** Begins to send a signed body, and goes away. */
async function abandon(to: { url: string }, by: Signer): Promise<void> {
  const request = await beginBody(to, by);
  await new Promise((resolve) => request.once("close", resolve).destroy());
}

/** Begins to send a signed body; resolves when the server has its head. */
async function beginBody(to: { url: string }, by: Signer): Promise<ClientRequest> {
  const all = parts();
  const request = httpRequest(to.url + all.path, {
    method: "POST",
    agent: false,
    headers: {
      "x-api-key": by.id,
      "x-timestamp": all.timestamp,
      "x-nonce": all.nonce,
      "x-signature": signature(by.secret, all),
      "content-length": "1000",
      expect: "100-continue",
    },
  });
  request.on("error", () => {});
  request.flushHeaders();
  await once(request, "continue");
  request.write("{");
  return request;
}
