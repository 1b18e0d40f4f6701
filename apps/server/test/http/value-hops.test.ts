import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, get, post } from "../support/http.js";
import { lines } from "../support/lines.js";
import { startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await post(server, "/v1/branches/main/execute", { sql: "CREATE TABLE v (id INTEGER PRIMARY KEY, x)" });
  await post(server, "/v1/branches/main/execute", { sql: "CREATE TABLE texts (x TEXT PRIMARY KEY, y TEXT)" });
});
afterAll(() => server.remove());

/** A value as it is sent, and as it must come back. */
interface Hop {
  readonly sent: unknown;
  readonly back: unknown;
}

const same = (value: unknown): Hop => ({ sent: value, back: value });
const number = (value: number): Hop => same(Object.is(value, -0) ? 0 : value);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const isSafe = (value: bigint) => value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
const anyText = fc.string({ unit: "binary", maxLength: 40 });

/** Doubles that JSON writes without exponent or fraction look like integers that would be rounded: they are refused. */
const LONG_INTEGER = /(?<![\d.])\d{16}/;
const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((value) => !LONG_INTEGER.test(JSON.stringify(value)));

const hop: fc.Arbitrary<Hop> = fc.oneof(
  fc.constant(same(null)),
  anyText.map(same),
  anyText.map((value) => ({ sent: { type: "text", value }, back: value })),
  double.map(number),
  double.map((value) => ({ sent: { type: "float8", value }, back: number(value).back })),
  fc.constantFrom("Infinity", "-Infinity").map((value) => ({ sent: { type: "float8", value }, back: value })),
  fc.maxSafeInteger().map(number),
  int64.map((value) => ({
    sent: { type: "int8", value: String(value) },
    back: isSafe(value) ? Number(value) : String(value),
  })),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => {
    const value = Buffer.from(bytes).toString("base64");
    return { sent: { type: "bytea", value }, back: value };
  }),
  // Null of any type is NULL.
  fc
    .json()
    .filter((text) => JSON.parse(text) !== null && !LONG_INTEGER.test(JSON.stringify(JSON.parse(text))))
    .map((text) => ({ sent: { type: "json", value: JSON.parse(text) }, back: JSON.stringify(JSON.parse(text)) })),
);

async function ok<T extends { status: number; body: unknown }>(answer: Promise<T>): Promise<T["body"]> {
  const { status, body } = await answer;
  expect([status, body]).toEqual([expect.toSatisfy((code: number) => code < 300), body]);
  return body;
}

describe("a value is after every hop what it was before", () => {
  it("numbers, texts, blobs and big integers, by rows and by parameters, read in every form", async () => {
    let id = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(hop, { minLength: 1, maxLength: 8 }), async (hops) => {
        const first = id + 1;
        const rows = hops.map(({ sent }) => ({ id: ++id, x: sent }));
        const [written, bound] = [rows.filter((_, i) => i % 2 === 0), rows.filter((_, i) => i % 2 === 1)];
        await ok(post(server, "/v1/branches/main/tables/v/data", { rows: written }));
        for (const { id: key, x } of bound) {
          const sql = "INSERT INTO v VALUES ($1, $2)";
          await ok(post(server, "/v1/branches/main/execute", { sql, params: [key, x] }));
        }
        const back = hops.map((each) => each.back);
        const sql = `SELECT x FROM v WHERE id >= ${first} ORDER BY id`;
        const { rows: queried } = await ok(post(server, "/v1/branches/main/query", { sql }));
        expect(queried.map((row: { x: unknown }) => row.x)).toEqual(back);
        const page = `/v1/branches/main/tables/v/data?filter=id>=${first}&order_by=id&limit=100`;
        expect((await ok(get(server, page))).rows.map((row: { x: unknown }) => row.x)).toEqual(back);
        const streamed = await lines(server, { sql });
        expect(streamed.rows.map((row) => row.x)).toEqual(back);
      }),
      { numRuns: 60 },
    );
  });

  it("texts as keys, through a branch, an update by key and a merge", async () => {
    const texts = fc.sample(fc.string({ unit: "binary", minLength: 1, maxLength: 30 }), 60);
    const keys = [...new Set([...texts, "\0", "a\0b", "é", "É", "\ud83d\ude00", "\ufeff", "\uffff"])];
    await ok(post(server, "/v1/branches", { name: "hops", parent: "main" }));
    const data = "/v1/branches/hops/tables/texts/data";
    await ok(post(server, data, { rows: keys.map((x) => ({ x, y: x })) }));
    await ok(post(server, data, { rows: keys.map((x) => ({ x, y: `${x}!` })), on_conflict: "update" }));
    await ok(post(server, "/v1/branches/hops/merge", { target: "main" }));
    const { rows } = await ok(post(server, "/v1/branches/main/query", { sql: "SELECT x, y FROM texts" }));
    const found = new Map((rows as { x: string; y: string }[]).map((row) => [row.x, row.y]));
    expect(found).toEqual(new Map(keys.map((x) => [x, `${x}!`])));
  });
});

describe("what can't survive is refused at the door", () => {
  const send = (raw: string, path = "/v1/branches/main/tables/v/data") =>
    call(server, "POST", path, undefined, { raw, accept: "application/json" });

  it.each([
    ["a bare number", '{"rows":[{"x":1e400}]}', "too large for a double"],
    ["a typed number", '{"rows":[{"x":{"type":"float8","value":-1e400}}]}', "too large for a double"],
    ["a number in JSON", '{"rows":[{"x":{"type":"json","value":{"a":[1e999]}}}]}', "too large for a double"],
    ["a number that would be 0", '{"rows":[{"x":1e-400}]}', "too small for a double"],
    ["half a pair", '{"rows":[{"x":"\\ud800"}]}', "'rows[0].x' has the unpaired surrogate \\ud800"],
    [
      "half a pair in a typed text",
      '{"rows":[{"x":{"type":"text","value":"a\\udc00"}}]}',
      "'rows[0].x.value' has the unpaired surrogate \\udc00",
    ],
    ["half a pair in JSON", '{"rows":[{"x":{"type":"json","value":{"b":["\\udfff"]}}}]}', "rows[0].x.value.b[0]"],
    ["half a pair in a name", '{"rows":[{"\\ud800":1}]}', "a name in 'rows[0]' has the unpaired surrogate \\ud800"],
  ])("%s", async (_, raw, message) => {
    const answer = await send(raw);
    expect([answer.status, answer.body.code]).toEqual([400, "INVALID_FIELD"]);
    expect(answer.body.message).toContain(message);
  });

  it("in every body: SQL, names of branches, metadata", async () => {
    for (const [path, raw] of [
      ["/v1/branches/main/query", '{"sql":"SELECT \'\\ud800\'"}'],
      ["/v1/branches/main/execute", '{"sql":"SELECT $1","params":["\\udc00"]}'],
      ["/v1/branches", '{"name":"x","metadata":{"\\udc00":1}}'],
      ["/v1/branches", '{"name":"x","metadata":{"a":1e400}}'],
    ] as const) {
      const answer = await send(raw, path);
      expect([path, answer.status, answer.body.code]).toEqual([path, 400, "INVALID_FIELD"]);
    }
    for (const query of ["filter=x='%ED%A0%80'", "order_by=%ED%B0%80"]) {
      expect((await get(server, `/v1/branches/main/tables/v/data?${query}`)).status).toBe(400);
    }
  });
});
