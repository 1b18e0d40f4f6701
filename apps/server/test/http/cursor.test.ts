import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, LITE, must, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

const DATA = "/v1/branches/main/tables/items/data";
const SECRETS = "/v1/branches/main/tables/secrets/data";
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, kind TEXT, note TEXT)");
  await execute(server, "CREATE TABLE others (id INTEGER PRIMARY KEY)");
  await execute(server, "CREATE TABLE secrets (name TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID");
  await execute(server, "CREATE VIEW seen AS SELECT * FROM items");
  await execute(server, "INSERT INTO secrets VALUES ('a', 'hush'), ('b', 'hush'), ('c', 'hush')");
  await execute(
    server,
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 25) " +
      "INSERT INTO items SELECT i, nullif('k' || (i % 4), 'k0'), 'é ' || i FROM n",
  );
  await must(server, "POST", "/v1/branches", { name: "dev" });
});
afterAll(() => server?.remove());

/** The ids on every page from the first to the last. */
async function walk(query: string, limit: number, accept = LITE, between = async () => {}): Promise<number[][]> {
  const pages: number[][] = [];
  for (let cursor = ""; ; ) {
    const { status, body } = await get(server, `${DATA}?${query}&limit=${limit}${cursor}`, { accept });
    expect(status).toBe(200);
    const page = accept === SPEC ? body.data : body;
    pages.push(page.rows.map((row: { id: number } | [number]) => ("id" in row ? row.id : row[0])));
    expect(page.has_more).toBe(page.next_cursor !== null);
    if (page.next_cursor === null) return pages;
    cursor = `&cursor=${page.next_cursor}`;
    await between();
  }
}

describe("pages by cursor", () => {
  it.each([
    ["lite", LITE],
    ["spec", SPEC],
  ])("are one list together, in the %s dialect", async (_, accept) => {
    const ids = (await walk("order_by=kind+DESC+NULLS+FIRST,id&filter=id<>7", 10, accept)).flat();
    const whole = await get(server, `${DATA}?order_by=kind+DESC+NULLS+FIRST,id&filter=id<>7&limit=100`);
    expect(ids).toEqual(whole.body.rows.map((row: { id: number }) => row.id));
    expect(ids).toHaveLength(24);
  });

  it("show the first one's point in time, and say so", async () => {
    const { scn } = (await get(server, DATA)).body;
    const pages = await walk("columns=id", 10, LITE, async () => {
      await execute(server, "DELETE FROM items WHERE id % 2 = 1");
      await execute(server, "INSERT INTO items (kind) VALUES ('new')");
    });
    expect(pages.flat()).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect((await get(server, DATA)).body.scn).toBeGreaterThan(scn);
    const past = await walk(`as_of=scn:${scn}`, 20);
    expect(past.map((page) => page.length)).toEqual([20, 5]);
  });

  it("have no number, and a count where it is asked for", async () => {
    const first = (await get(server, `${DATA}?page=2&limit=2`)).body;
    expect(first).toMatchObject({ page: 2, total: expect.any(Number), next_cursor: expect.any(String) });
    const second = (await get(server, `${DATA}?limit=3&cursor=${first.next_cursor}`)).body;
    expect(second).toMatchObject({ limit: 3, has_more: true, scn: first.scn });
    expect([second.page, second.total]).toEqual([undefined, undefined]);
    const counted = (await get(server, `${DATA}?include_total=true&limit=3&cursor=${first.next_cursor}`)).body;
    expect(counted).toEqual({ ...second, total: first.total });
    const spec = (await get(server, `${DATA}?include_total=true&limit=3&cursor=${first.next_cursor}`, { accept: SPEC }))
      .body.data;
    expect(spec.pagination).toEqual({ limit: 3, total: first.total, total_pages: Math.ceil(first.total / 3) });
    expect(spec.next_cursor).toBe(second.next_cursor);
  });

  it("are not of a view, which says that there is more", async () => {
    const view = DATA.replace("items", "seen");
    expect((await get(server, `${view}?limit=2`)).body).toMatchObject({ has_more: true, next_cursor: null });
    const { next_cursor } = (await get(server, `${DATA}?limit=2`)).body;
    const answer = await get(server, `${view}?limit=2&cursor=${next_cursor}`);
    expect([answer.status, answer.body.code]).toEqual([400, "INVALID_CURSOR"]);
    expect(answer.body.message).toContain("'seen' is a view");
  });
});

describe("a cursor that does not fit", () => {
  let cursor: string;
  let key: string;
  beforeAll(async () => {
    cursor = (await get(server, `${DATA}?limit=2&filter=id>0&order_by=kind`)).body.next_cursor;
    key = (await must(server, "POST", "/v1/auth/keys", { name: "i", scopes: ["read"], tables: ["items"] })).key;
  });

  it.each([
    ["filter=id>1&order_by=kind", "INVALID_CURSOR", "another 'filter'"],
    ["order_by=kind", "INVALID_CURSOR", "another 'filter'"],
    ["filter=id>0&order_by=kind+DESC", "INVALID_CURSOR", "another 'order_by'"],
    ["filter=id>0", "INVALID_CURSOR", "another 'order_by'"],
    ["filter=id>0&order_by=kind&as_of=scn:5", "INVALID_CURSOR", "another 'as_of'"],
    ["filter=id>0&order_by=kind&page=2", "FIELD_CONFLICT", "'cursor' and 'page'"],
    ["filter=id>0&order_by=kind&page=1", "FIELD_CONFLICT", "'cursor' and 'page'"],
    ["filter=id>0&order_by=kind&offset=1", "UNKNOWN_FIELD", "'page'"],
  ])("is refused with %s", async (query, code, message) => {
    for (const accept of [LITE, SPEC]) {
      const { status, body } = await get(server, `${DATA}?${query}&cursor=${cursor}`, { accept });
      const error = body.error.code ? body.error : body;
      expect([status, error.code]).toEqual([400, code]);
      expect(error.message).toContain(message);
    }
  });

  it("is refused by another table and another branch", async () => {
    const query = `?filter=id>0&order_by=id&cursor=${cursor}`;
    const elsewhere = [
      [DATA.replace("items", "others") + query, "another 'table'"],
      [DATA.replace("main", "dev") + query, "another 'branch'"],
    ] as const;
    for (const [path, message] of elsewhere) {
      const { status, body } = await get(server, path);
      expect([status, body.code]).toEqual([400, "INVALID_CURSOR"]);
      expect(body.message).toContain(message);
    }
  });

  it.each(["", "%20", "x", "42", "W10", "bnVsbA", "%27%20OR%201=1", "a".repeat(4096)])("may be %j", async (text) => {
    const { status, body } = await get(server, `${DATA}?cursor=${text}`);
    expect([status, body.code]).toEqual([400, "INVALID_CURSOR"]);
  });

  it("may be too long", async () => {
    const { status, body } = await get(server, `${DATA}?cursor=${"a".repeat(4097)}`);
    expect([status, body.code]).toEqual([400, "INVALID_FIELD"]);
  });

  it("gives a limited key nothing that it could not ask for", async () => {
    const limited = (path: string) => call(server, "GET", path, undefined, { key });
    const foreign = (await get(server, `${SECRETS}?limit=1`)).body.next_cursor;
    const hidden = await limited(`${SECRETS}?limit=1&cursor=${foreign}`);
    const none = await limited(`${DATA.replace("items", "nothing")}?limit=1&cursor=${foreign}`);
    expect([hidden.status, hidden.body.code]).toEqual([404, "TABLE_NOT_FOUND"]);
    expect(hidden.body.message).toBe(none.body.message.replace("nothing", "secrets"));
    expect((await limited(`${DATA}?limit=1&cursor=${foreign}`)).body.code).toBe("INVALID_CURSOR");
    const own = (await limited(`${DATA}?limit=1`)).body.next_cursor;
    expect((await limited(`${DATA}?limit=1&cursor=${own}`)).status).toBe(200);
    // Written by hand with the key of another table's row: a position among the rows that the key may read.
    const [version, scn, marks] = JSON.parse(Buffer.from(own, "base64url").toString());
    const forged = Buffer.from(JSON.stringify([version, scn, marks, "thush"])).toString("base64url");
    expect((await limited(`${DATA}?limit=1&cursor=${forged}`)).body.code).toBe("INVALID_CURSOR");
    // The filter is held to the table as on the first page.
    const sub = encodeURIComponent("id IN (SELECT 1 FROM secrets)");
    expect((await limited(`${DATA}?filter=${sub}&cursor=${own}`)).body.code).toMatch(/INVALID_CURSOR|SQL_NOT_ALLOWED/);
  });
});
