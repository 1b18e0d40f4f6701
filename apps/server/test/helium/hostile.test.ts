import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HeliumAnswer, HeliumSession, send } from "../support/helium.js";
import { execute, rows } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const TEXTS = [
  "'",
  '"',
  "`",
  "[",
  "]]",
  "\0",
  "%",
  "_",
  "%25",
  "--",
  "/*",
  ";",
  "x'; DROP TABLE t; --",
  '"; DROP TABLE t; --',
  ") OR 1=1 --",
  "') OR ('1'='1",
  "1 UNION SELECT * FROM sqlite_schema",
  "(SELECT v FROM t)",
  "sqlite_schema",
  "sqlite_sequence",
  "pragma_table_list",
  "_helios_commits",
  "_HELIOS_marks",
  "main.t",
  "temp.t",
  "rowid",
  "_rowid_",
  "*",
  "?1",
  ":a",
  "@a",
  "$a",
  "__proto__",
  "constructor",
  "toString",
  "..",
  ".",
  " ",
  "\u202e",
  "\ud83d\ude00",
  "é".normalize("NFD"),
  "../../etc/passwd",
  "x".repeat(1000),
];
const LONG = "x".repeat(10_000);

let server: TestServer;
let session: HeliumSession;
let before: unknown;
const state = () => rows(server, "SELECT name, sql FROM sqlite_schema UNION ALL SELECT v, id FROM t");

beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
  await execute(server, "INSERT INTO t VALUES (1, 'one'), (2, 'two')");
  session = await HeliumSession.open(server, "admin", KEYS.admin);
  before = await state();
});
afterAll(async () => {
  expect(await state()).toEqual(before);
  await server?.remove();
});

/** Nothing of the inside is told, and nothing fails. */
function expectTame({ status, body, expiration }: HeliumAnswer, statuses: readonly number[]): void {
  const text = JSON.stringify(body);
  expect([statuses.includes(status), status, text]).toEqual([true, status, text]);
  expect(text).not.toMatch(/node_modules|\.js:\d|\.ts:\d|\/tmp\/|\/work\/|at Object|_helios_[a-z]+ \(/);
  if (status >= 400) expect(Object.keys(body)).toEqual(["message"]);
  expect(expiration).toBeGreaterThan(0);
}

describe.each([...TEXTS, LONG].map((text) => ({ text, shown: JSON.stringify(text).slice(0, 40) })))(
  "$shown",
  ({ text }) => {
    // These segments are the parent or the same folder to every client.
    const isPath = text !== "." && text !== "..";

    it("as a schema, a table or a column is one that there is not", async () => {
      if (!isPath) return;
      const missing = [400, 404];
      expectTame(await session.get([text]), missing);
      expectTame(await session.get([`main@${text}`]), missing);
      expectTame(await session.get([`${text}@scn:1`]), missing);
      for (const rest of [[], ["data"], ["pluck"], ["defaults"], ["column", "id"]])
        expectTame(await session.get(["main", text, ...rest]), missing);
      expectTame(await session.get(["main", "t", "column", text]), missing);
    });

    it("as a parameter names nothing that there is not", async () => {
      for (const param of [text, "v"]) {
        const filters = JSON.stringify([{ op: "eq", param, value: text }]);
        const answer = await session.get(["main", "t", "data"], { filters });
        expectTame(answer, [200, 400]);
        if (answer.status === 200) expect(answer.body.totalRows).toBe(0);
      }
      expectTame(await session.get(["main", "t", "data"], { filters: text }), text.trim() === "" ? [200] : [400]);
      expectTame(await session.get(["main", "t", "data"], { sort: text }), text.trim() === "" ? [200] : [400]);
      expectTame(await session.get(["main", "t", "data"], { limit: text, page: text }), [200, 400]);
      expectTame(await session.get(["main", "t", "pluck"], { [text]: "1" }), [400]);
      expectTame(await session.get(["main", "t", "pluck"], { v: text }), [400]);
    });

    it("as a name in an insert is refused, as a value it is only that", async () => {
      expectTame(await session.insert("main", { [text]: [{ id: 9, v: "x" }] }), [404]);
      expectTame(await session.insert("main", { t: [{ id: 9, v: "x", [text]: 1 }] }), [400]);
      expectTame(await session.insert("main", { t: [{ id: text, v: "x" }] }), [400]);
    });

    it("as a key, a name or a password opens nothing", async () => {
      const header = /^[\x21-\x7e]+$/.test(text) ? text : "x";
      expect((await send(server, "GET", "/schemas", { key: header })).status).toBe(401);
      const { status, body } = await send(server, "POST", "/login", { body: { username: text, password: text } });
      expect([status, body.message]).toEqual([400, "Unable to connect to localhost"]);
    });
  },
);

describe("a value with anything in it", () => {
  it("is stored, found and plucked as it is", async () => {
    await execute(server, "CREATE TABLE any_text (id INTEGER PRIMARY KEY, v TEXT)");
    const texts = TEXTS.filter((text) => text.length <= 1000);
    for (const [id, v] of texts.entries())
      expect((await session.insert("main", { any_text: [{ id, v }] })).status).toBe(200);
    for (const [id, v] of texts.entries()) {
      const filters = JSON.stringify([{ op: "eq", param: "v", value: v }]);
      expect((await session.get(["main", "any_text", "data"], { filters })).body.data).toEqual([{ id, v }]);
      expect((await session.get(["main", "any_text", "pluck"], { v })).body).toEqual({ any_text: [{ id, v }] });
    }
    await execute(server, "DROP TABLE any_text");
  });

  it("is a table's or a column's name as well", async () => {
    const names = [
      "a'b",
      'a"b',
      "a`b",
      "a]b",
      "a%b",
      "a_b",
      "-a",
      "data",
      "a b",
      "é",
      "select",
      "a--b",
      "a;b",
      "a?b",
      "a/b",
    ];
    for (const name of names) {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      await execute(server, `CREATE TABLE ${quoted} (${quoted} TEXT PRIMARY KEY)`);
      expect((await session.insert("main", { [name]: [{ [name]: "x" }] })).status).toBe(200);
      const row = { [name]: "x" };
      const filters = JSON.stringify([{ op: "eq", param: name, value: "x" }]);
      const sort = name.startsWith("-") ? `-${name}` : name;
      expect((await session.get(["main", name, "data"], { filters, sort })).body.data).toEqual([row]);
      expect((await session.get(["main", name, "pluck"], { [name]: "x" })).body).toEqual({ [name]: [row] });
      expect((await session.get(["main", name, "column", name])).body).toEqual(["x"]);
      expect((await session.get(["main", name, "defaults"])).body).toEqual({ [name]: null });
      expect((await session.get(["main", name])).body.constraints[0].constraints[0].localColumn).toBe(name);
      await execute(server, `DROP TABLE ${quoted}`);
    }
  });
});

describe("a request of another form", () => {
  it("is answered, and with 401 to strangers, wherever it goes below /schemas", async () => {
    const paths = [
      "",
      "/main",
      "/main/t",
      "/main/t/data",
      "/main/t/x",
      "/a/b/c/d/e/f",
      "/%00",
      "/%zz",
      `/${LONG}`,
      "/main@",
    ];
    for (const path of paths) {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
        const stranger = await send(server, method, `/schemas${path}`, { body: method === "GET" ? undefined : {} });
        expect([path, method, stranger.status]).toEqual([path, method, 401]);
        expect(stranger.body.message).toMatch(/^Please specify an X-API-Key header/);
        const wrong = await send(server, method, `/schemas${path}`, { key: "hs_x" });
        expect([wrong.status, wrong.body.message]).toEqual([
          401,
          "No database connection associated with this session",
        ]);
        const known = await send(server, method, `/schemas${path}`, {
          key: session.key,
          body: method === "GET" ? undefined : {},
        });
        expectTame(known, method === "GET" ? [200, 400, 404] : [400, 404, 405]);
      }
    }
  });

  it("may have words in other letters and a slash at its end", async () => {
    for (const path of ["/Schemas", "/SCHEMAS/", "/schemas/main/", "/schemas/main/t/DATA", "/schemas/main/t/Column/v/"])
      expect((await send(server, "GET", path, { key: session.key })).status).toBe(200);
    expect((await send(server, "GET", "/PING/", { key: session.key })).status).toBe(200);
    for (const path of ["/schemas/MAIN", "/schemas//t", "/schemas/main//data", "/schemasx"])
      expect((await send(server, "GET", path, { key: session.key })).status).toBe(404);
  });

  it("with a parameter twice is refused", async () => {
    const twice = await send(server, "GET", "/schemas/main/t/pluck?id=1&id=2", { key: session.key });
    expect([twice.status, twice.body.message]).toEqual([400, "The query string has 'id' twice. Send it once."]);
    const encoding = await send(server, "GET", "/schemas/main/t/data?sort=%zz", { key: session.key });
    expect(encoding.status).toBe(400);
  });

  it("with numbers that JSON would round is refused", async () => {
    const headers = { "content-type": "application/json" };
    const body = '{"t":[{"id":9007199254740993,"v":null}]}';
    const path = "/schemas/main/data";
    const answer = await send(server, "POST", path, { key: session.key, body, headers });
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining("beyond 2^53")]);
    const half = await send(server, "POST", path, {
      key: session.key,
      body: '{"t":[{"id":1,"v":"\\ud800"}]}',
      headers,
    });
    expect(half.status).toBe(400);
    const filters = '[{"op":"eq","param":"id","value":9007199254740993}]';
    expect((await session.get(["main", "t", "data"], { filters })).status).toBe(400);
  });

  it("with too many selectors is refused", async () => {
    const query = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`c${i}`, "1"]));
    const { status, body } = await session.get(["main", "t", "pluck"], query);
    expect([status, body]).toEqual([400, { message: "Expecting at most 100 constraints, got 101" }]);
  });

  it("that is no HTTP does no harm", async () => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.on("error", () => {});
    socket.end("GET /api/v1/schemas\0 HTTP/1.1\r\n\r\n");
    socket.resume();
    await closed;
    expect((await session.get([])).status).toBe(200);
  });
});
