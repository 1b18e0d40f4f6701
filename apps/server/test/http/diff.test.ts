import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, get, must, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const DIFF = "/v1/branches/work/diff";
let server: TestServer;
let fork: number;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL)");
  await execute(server, "CREATE TABLE pairs (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID");
  await execute(server, "INSERT INTO items VALUES (1, 'lamp', 30), (2, 'desk', 120), (3, 'chair', 45)");
  fork = (await execute(server, "INSERT INTO pairs VALUES ('x', 1, 'one')")).scn;
  await must(server, "POST", "/v1/branches", { name: "work" });
  await execute(server, "UPDATE items SET price = 25 WHERE id = 1", "work");
  await execute(server, "DELETE FROM items WHERE id = 2", "work");
  await execute(server, "INSERT INTO items VALUES (4, 'shelf', 80)", "work");
  await execute(server, "UPDATE pairs SET v = 'two'", "work");
  await execute(server, "CREATE TABLE notes (n INTEGER PRIMARY KEY)", "work");
  await execute(server, "INSERT INTO items VALUES (5, 'later', 1)");
});
afterAll(() => server?.remove());

const difference = (query = "") => must(server, "GET", `${DIFF}${query}`);

describe("a difference", () => {
  it("is what the branch changed since its fork, unless told otherwise", async () => {
    const { scn } = await must(server, "GET", "/v1/branches/work");
    const found = await difference();
    expect(found).toMatchObject({
      from: { branch: "main", scn: fork },
      to: { branch: "work", scn },
      schema: [{ type: "table", name: "notes", change: "added", from: null }],
      next_cursor: null,
    });
    expect(found.schema[0].to).toContain("CREATE TABLE notes");
    expect(found.tables).toEqual([
      { table: "items", inserted: 1, updated: 1, deleted: 1 },
      { table: "pairs", inserted: 0, updated: 1, deleted: 0 },
    ]);
    expect(found.rows).toHaveLength(4);
    expect(found.rows).toEqual(
      expect.arrayContaining([
        {
          table: "items",
          kind: "update",
          key: [1],
          from: { id: 1, name: "lamp", price: 30 },
          to: { id: 1, name: "lamp", price: 25 },
          changed: ["price"],
        },
        {
          table: "items",
          kind: "delete",
          key: [2],
          from: { id: 2, name: "desk", price: 120 },
          to: null,
          changed: ["id", "name", "price"],
        },
        expect.objectContaining({ kind: "insert", key: [4], from: null, to: { id: 4, name: "shelf", price: 80 } }),
        expect.objectContaining({ table: "pairs", kind: "update", key: ["x", 1], changed: ["v"] }),
      ]),
    );
  });

  it("is the same in the specification's dialect, rows by column included", async () => {
    const { data } = (await get(server, DIFF, { accept: SPEC })).body;
    expect(data).toEqual(await difference());
  });

  it("with another branch, or with a state of one", async () => {
    const now = await difference("?from=main&limit=0");
    expect(now.from.branch).toBe("main");
    expect(now.from.scn).toBeGreaterThan(fork);
    expect(now.tables).toContainEqual({ table: "items", inserted: 1, updated: 1, deleted: 2 });
    const { id } = await must(server, "GET", "/v1/branches/main");
    const then = await difference(`?from=${id}@scn:${fork}`);
    expect(then).toEqual(await difference());
    const past = await must(server, "GET", `/v1/branches/main/diff?from=main@tx_${fork}`);
    expect(past.rows).toMatchObject([{ table: "items", kind: "insert", key: [5] }]);
  });

  it("of a past state of the branch", async () => {
    for (const query of [`?as_of=scn:${fork}`, `?as_of_type=scn&as_of_value=${fork}`]) {
      const found = await difference(query);
      expect(found).toMatchObject({ to: { branch: "work", scn: fork }, schema: [], tables: [], rows: [] });
    }
    const backwards = await must(server, "GET", `/v1/branches/main/diff?from=work&as_of=scn:${fork}`);
    expect(backwards.schema).toMatchObject([{ name: "notes", change: "dropped", to: null }]);
    expect(backwards.rows).toContainEqual(expect.objectContaining({ kind: "insert", key: [2] }));
  });

  it("of some tables, and of counts alone", async () => {
    const pairs = await difference("?tables=pairs");
    expect(pairs.tables.map(({ table }: { table: string }) => table)).toEqual(["pairs"]);
    expect(pairs.rows).toHaveLength(1);
    expect((await difference("?tables=pairs,%22items%22")).rows).toHaveLength(4);
    const counts = await difference("?limit=0");
    expect([counts.rows, counts.tables.length, counts.next_cursor]).toEqual([[], 2, null]);
  });

  it("goes on from page to page", async () => {
    const all = await difference();
    const found: unknown[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await difference(`?limit=1${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      expect(page.tables).toEqual(all.tables);
      expect(page.rows.length).toBeLessThanOrEqual(1);
      found.push(...page.rows);
      cursor = page.next_cursor;
    }
    expect(found).toEqual(all.rows);
  });

  it.each([
    ["/v1/branches/main/diff", 400, "INVALID_FIELD", "'from' is required for 'main'"],
    [`${DIFF}?from=@scn:4`, 400, "INVALID_FIELD", "must start with a branch"],
    [`${DIFF}?from=main@soon`, 400, "INVALID_POINT", "soon"],
    [`${DIFF}?from=nope`, 404, "BRANCH_NOT_FOUND", "'nope'"],
    [`${DIFF}?from=main@1`, 422, "POINT_BEFORE_HISTORY", ""],
    [`${DIFF}?as_of=4000000000`, 422, "POINT_IN_FUTURE", ""],
    [`${DIFF}?as_of=1&as_of_type=now`, 400, "FIELD_CONFLICT", ""],
    [`${DIFF}?limit=10001`, 400, "INVALID_FIELD", "at most 10000"],
    [`${DIFF}?tables=items,`, 400, "INVALID_FIELD", "one is missing"],
    [`${DIFF}?tables=nope`, 404, "TABLE_NOT_FOUND", "nope"],
    [`${DIFF}?cursor=forged`, 400, "INVALID_CURSOR", ""],
    [`${DIFF}?base=main`, 400, "UNKNOWN_FIELD", "Did you mean 'from'?"],
    ["/v1/branches/nope/diff", 404, "BRANCH_NOT_FOUND", "'nope'"],
  ])("of %s is refused", async (path, status, code, message) => {
    const answer = await get(server, path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.message).toContain(message);
  });

  it("needs the scope read, and counts as heavy", async () => {
    expect((await get(server, DIFF, { key: KEYS.nothing })).status).toBe(403);
    const answer = await get(server, DIFF, { key: KEYS.read });
    expect([answer.status, answer.headers.get("x-ratelimit-limit")]).toEqual([200, "10"]);
  });
});
