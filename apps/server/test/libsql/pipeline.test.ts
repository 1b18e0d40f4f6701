import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { execute, must, post, rows } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT UNIQUE)");
});
afterAll(() => server?.remove());
beforeEach(async () => {
  await execute(server, "DELETE FROM t");
  await execute(server, "INSERT INTO t VALUES (1, 'a')");
});

interface Sent {
  readonly key?: string;
  readonly place?: string;
  readonly version?: "v2" | "v3";
  readonly baton?: string | null;
}

/** A pipeline, as a client sends it: with a Bearer token, and no media type. */
async function pipeline(
  requests: readonly object[],
  { key = KEYS.admin, place = "main", version = "v2", baton }: Sent = {},
) {
  const response = await fetch(`${server.url}/hrana/${place}/${version}/pipeline`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ baton: baton ?? null, requests }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies field by field
  const body = JSON.parse(text) as any;
  return { status: response.status, type: response.headers.get("content-type"), text, body };
}

const run = (sql: string, more: object = {}) => ({ type: "execute", stmt: { sql, ...more } });
const CLOSE = { type: "close" };
const names = async () => (await rows(server, "SELECT n FROM t ORDER BY id")).map(({ n }: { n: string }) => n);
const codes = (body: { results: { error?: { code: string } }[] }) =>
  body.results.map(({ error }) => error?.code ?? "ok");

describe("a pipeline", () => {
  it("takes names of placeholders and columns beyond ASCII", async () => {
    const { body } = await pipeline([
      run("SELECT :é AS a", { named_args: [{ name: "é", value: { type: "text", value: "b" } }] }),
      run("SELECT @名 AS a, @x AS b", {
        args: [
          { type: "integer", value: "1" },
          { type: "text", value: "y" },
        ],
      }),
      run("SELECT changes() AS größe"),
      CLOSE,
    ]);
    const results = body.results.slice(0, 3).map((each: { response: { result: object } }) => each.response.result);
    expect(results).toMatchObject([
      { rows: [[{ type: "text", value: "b" }]] },
      {
        rows: [
          [
            { type: "integer", value: "1" },
            { type: "text", value: "y" },
          ],
        ],
      },
      { cols: [{ name: "größe" }], rows: [[{ type: "integer", value: "0" }]] },
    ]);
  });

  it("runs every request in order, whatever fails", async () => {
    const { status, type, body } = await pipeline([
      run("INSERT INTO t (n) VALUES (:n)", { named_args: [{ name: ":n", value: { type: "text", value: "b" } }] }),
      run("INSERT INTO t (n) VALUES (?)", { args: [{ type: "text", value: "a" }] }),
      run("SELECT id, n, 1.0 AS r, x'00ff40' AS b FROM t WHERE n = 'b'"),
      { type: "get_autocommit" },
      CLOSE,
    ]);
    expect([status, type, body.baton, body.base_url]).toEqual([200, "application/json", null, null]);
    expect(body.results[0].response.result).toMatchObject({
      cols: [],
      rows: [],
      affected_row_count: 1,
      last_insert_rowid: "2",
      replication_index: null,
    });
    expect(body.results[1]).toEqual({
      type: "error",
      error: { message: "SQLite error: UNIQUE constraint failed: t.n", code: "SQLITE_CONSTRAINT" },
    });
    expect(body.results[2].response.result).toMatchObject({
      cols: [
        { name: "id", decltype: "INTEGER" },
        { name: "n", decltype: "TEXT" },
        { name: "r", decltype: null },
        { name: "b", decltype: null },
      ],
      rows: [
        [
          { type: "integer", value: "2" },
          { type: "text", value: "b" },
          { type: "float", value: 1 },
          { type: "blob", base64: "AP9A" },
        ],
      ],
      affected_row_count: 0,
      last_insert_rowid: null,
    });
    expect(body.results[3].response).toEqual({ type: "get_autocommit", is_autocommit: true });
    expect(body.results[4].response).toEqual({ type: "close" });
  });

  it("knows stored texts, described statements, sequences and conditions", async () => {
    const { body } = await pipeline(
      [
        { type: "store_sql", sql_id: 1, sql: "SELECT n FROM t WHERE id = ?;" },
        { type: "execute", stmt: { sql_id: 1, sql: null, args: [{ type: "integer", value: "1" }] } },
        { type: "describe", sql_id: 1 },
        { type: "close_sql", sql_id: 1 },
        { type: "describe", sql_id: 1 },
        { type: "describe", sql: "DELETE FROM t WHERE id = :a" },
        {
          type: "sequence",
          sql: "INSERT INTO t VALUES (5, 'e'); INSERT INTO t VALUES (5, 'f'); INSERT INTO t VALUES (6, 'g')",
        },
        {
          type: "batch",
          batch: {
            steps: [
              { stmt: { sql: "INSERT INTO t VALUES (7, 'a')" } },
              { condition: { type: "ok", step: 0 }, stmt: { sql: "DELETE FROM t" } },
              { condition: { type: "error", step: 0 }, stmt: { sql: "SELECT 7 AS x" } },
              {
                condition: {
                  type: "and",
                  conds: [{ type: "not", cond: { type: "ok", step: 1 } }, { type: "is_autocommit" }],
                },
                stmt: { sql: "SELECT 8 AS y", want_rows: false },
              },
            ],
          },
        },
      ],
      { version: "v3" },
    );
    expect(codes(body)).toEqual(["ok", "ok", "ok", "ok", "SQL_NOT_FOUND", "ok", "SQLITE_CONSTRAINT", "ok"]);
    expect(body.results[1].response.result.rows).toEqual([[{ type: "text", value: "a" }]]);
    expect(body.results[2].response.result).toEqual({
      params: [{ name: null }],
      cols: [{ name: "n", decltype: "TEXT" }],
      is_explain: false,
      is_readonly: true,
    });
    expect(body.results[5].response.result).toMatchObject({ params: [{ name: ":a" }], cols: [], is_readonly: false });
    const { step_results: results, step_errors: errors } = body.results[7].response.result;
    expect(errors.map((error: object | null) => error !== null)).toEqual([true, false, false, false]);
    expect(results.map((result: { rows: unknown[] } | null) => result?.rows.length ?? null)).toEqual([
      null,
      null,
      1,
      0,
    ]);
    expect(results[3].cols).toEqual([{ name: "y", decltype: null }]);
    expect(await names()).toEqual(["a", "e"]);
  });

  it("writes infinite numbers so that clients read them as such", async () => {
    const { text } = await pipeline([run("SELECT 9e999 AS a, -9e999 AS b"), CLOSE]);
    expect(text).toContain('[{"type":"float","value":1e999},{"type":"float","value":-1e999}]');
  });

  it("refuses what it can't read, in the form that clients look for", async () => {
    for (const requests of [
      [{ type: "nonsense" }],
      [{ type: "execute" }],
      [run("SELECT 1", { args: {} })],
      [{ type: "batch", batch: { steps: [{ condition: { type: "ok", step: 0 }, stmt: { sql: "x" } }] } }],
    ]) {
      const { status, type, body } = await pipeline(requests);
      expect([status, type]).toEqual([400, "application/json"]);
      expect(body.error).toEqual({ message: body.message, code: body.code });
    }
    expect((await pipeline([], { key: "nobody" })).status).toBe(401);
    const { body } = await pipeline([
      run("SELECT ?", { args: [{ type: "integer", value: "x" }] }),
      run("SELECT ?, :a", { args: [{ type: "null" }], named_args: [{ name: "a", value: { type: "null" } }] }),
      run(" ; "),
      run("SELECT changes(), last_insert_rowid()"),
    ]);
    expect(codes(body)).toEqual(["ARGS_INVALID", "ARGS_BOTH_POSITIONAL_AND_NAMED", "SQL_NO_STATEMENT", "ok"]);
  });

  it("serves nothing where a lost slash would lead, and no Protobuf", async () => {
    for (const path of ["/hrana/v2/pipeline", "/hrana/main/v3-protobuf/pipeline"]) {
      const response = await fetch(server.url + path, {
        method: "POST",
        headers: { authorization: `Bearer ${KEYS.admin}` },
        body: "{}",
      });
      expect(response.status).toBe(404);
      expect(await response.text()).toContain("slash");
    }
    expect((await fetch(`${server.url}/hrana/main/v3-protobuf`)).status).toBe(404);
    expect(await (await fetch(`${server.url}/hrana/main/v2`)).text()).toBe(
      "Hello, this is HTTP API v2 (Hrana over HTTP)",
    );
    expect(await (await fetch(`${server.url}/hrana/main/version`)).text()).toMatch(/^heliosdb \d/);
    expect(await (await fetch(`${server.url}/hrana/main/health`)).text()).toBe("");
  });
});

describe("a stream", () => {
  it("has its transaction from baton to baton, and nobody else has", async () => {
    const begun = await pipeline([
      run("BEGIN IMMEDIATE"),
      run("INSERT INTO t VALUES (2, 'b')"),
      { type: "get_autocommit" },
    ]);
    const { baton } = begun.body;
    expect(baton).toMatch(/^t/);
    expect(begun.body.results[2].response.is_autocommit).toBe(false);
    expect(await names()).toEqual(["a"]);
    for (const other of [{ key: KEYS.write }, { place: "main@scn:1" }]) {
      expect((await pipeline([run("COMMIT")], { baton, ...other })).body.message).toBe("Received an invalid baton");
    }
    const done = await pipeline([run("SELECT count(*) FROM t"), run("COMMIT"), CLOSE], { baton });
    expect(codes(done.body)).toEqual(["ok", "ok", "ok"]);
    expect(await names()).toEqual(["a", "b"]);
    const again = await pipeline([run("DELETE FROM t")], { baton });
    expect([again.status, again.body.code]).toEqual([400, "STREAM_EXPIRED"]);
    expect(codes((await pipeline([run("ROLLBACK"), CLOSE], { baton })).body)).toEqual(["ok", "ok"]);
  });

  it("without a transaction goes on with any baton, for ever", async () => {
    const { baton } = (await pipeline([run("INSERT INTO t VALUES (3, 'c')")])).body;
    const next = await pipeline([run("SELECT changes() AS c, last_insert_rowid()")], { baton });
    expect(next.body.results[0].response.result.rows).toEqual([
      [
        { type: "integer", value: "1" },
        { type: "integer", value: "3" },
      ],
    ]);
    expect(codes((await pipeline([run("SELECT 1")], { baton: "a-nobody-knows" })).body)).toEqual(["ok"]);
  });

  it("knows what it has written, however it is asked and whatever lies between", async () => {
    await execute(server, "CREATE TABLE lp (id INTEGER PRIMARY KEY, n)");
    await execute(server, "CREATE TABLE lc (pid)");
    await execute(server, "INSERT INTO lp (id) VALUES (520)");
    const [parent, child] = ["INSERT INTO lp (n) VALUES ('a')", "INSERT INTO lc VALUES (last_insert_rowid())"];
    const sent = await pipeline([
      ...[run(parent), run(child), run("SELECT changes()"), { type: "sequence", sql: `${parent}; ${child}` }],
      { type: "batch", batch: { steps: [parent, child].map((sql) => ({ stmt: { sql } })) } },
      ...[run(parent), run("BEGIN"), run(child), run("COMMIT"), run("BEGIN"), run(parent), run("ROLLBACK"), run(child)],
      run("UPDATE lp SET n = 'b' WHERE id < 523"),
    ]);
    expect(codes(sent.body)).toEqual(new Array(14).fill("ok"));
    const pids = (await rows(server, "SELECT pid FROM lc ORDER BY rowid")).map(({ pid }: { pid: number }) => pid);
    expect(pids).toEqual([521, 522, 523, 524, 525]);
    // The next pipeline goes on with the baton alone.
    const asked = [
      "SELECT last_insert_rowid() AS id",
      'SELECT changes() AS "id"',
      "SELECT last_insert_rowid() id",
      "SELECT last_insert_rowid()",
      "SELECT total_changes(), 1 FROM lp WHERE id = 520",
      "SELECT n FROM lp WHERE id = last_insert_rowid() + 515",
      "WITH x AS (SELECT changes() AS n) SELECT n FROM x",
    ];
    const { body } = await pipeline(
      asked.map((sql) => run(sql)),
      { baton: sent.body.baton },
    );
    const told = body.results.map((each: { response: { result: { rows: { value: string }[][] } } }) =>
      each.response.result.rows.map((row) => row[0]!.value),
    );
    expect(told).toEqual([["5"], ["3"], ["5"], ["5"], ["13"], ["b"], ["3"]]);
    const names = [0, 1, 2, 3].map((i) => body.results[i].response.result.cols[0].name);
    expect(names).toEqual(["id", "id", "id", "last_insert_rowid()"]);
  });

  it("refuses everything after the server ended its transaction, until it is told to roll back", async () => {
    const { body } = await pipeline([
      run("BEGIN"),
      run("INSERT INTO t VALUES (2, 'b')"),
      run("INSERT OR ROLLBACK INTO t VALUES (3, 'a')"),
      run("INSERT INTO t VALUES (4, 'd')"),
      run("BEGIN"),
      run("ROLLBACK"),
      run("ROLLBACK"),
      run("INSERT INTO t VALUES (5, 'e')"),
    ]);
    expect(codes(body)).toEqual([
      "ok",
      "ok",
      "SQLITE_UNKNOWN",
      "SQLITE_UNKNOWN",
      "SQLITE_UNKNOWN",
      "ok",
      "SQLITE_UNKNOWN",
      "ok",
    ]);
    expect(await names()).toEqual(["a", "e"]);
  });

  it("has savepoints outside a transaction, as SQLite has", async () => {
    const { body } = await pipeline([
      run("SAVEPOINT one"),
      run("INSERT INTO t VALUES (2, 'b')"),
      run('SAVEPOINT "two"'),
      run("DELETE FROM t"),
      run("ROLLBACK TO two"),
      run("RELEASE one"),
      { type: "get_autocommit" },
      run("RELEASE one"),
    ]);
    expect(codes(body)).toEqual(["ok", "ok", "ok", "ok", "ok", "ok", "ok", "SQLITE_UNKNOWN"]);
    expect(body.results[6].response.is_autocommit).toBe(true);
    expect(await names()).toEqual(["a", "b"]);
  });

  it("honours foreign_keys where migrations set it", async () => {
    await execute(server, "CREATE TABLE p (id INTEGER PRIMARY KEY)");
    await execute(server, "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE)");
    await execute(server, "INSERT INTO p VALUES (1)");
    await execute(server, "INSERT INTO c VALUES (1)");
    const { body } = await pipeline([
      run("PRAGMA foreign_keys"),
      run("PRAGMA foreign_keys=off"),
      run("PRAGMA foreign_keys"),
      run("BEGIN"),
      run("CREATE TABLE new_p (id INTEGER PRIMARY KEY, v DEFAULT 1)"),
      run("INSERT INTO new_p (id) SELECT id FROM p"),
      run("DROP TABLE p"),
      run("ALTER TABLE new_p RENAME TO p"),
      run("COMMIT"),
      run("DELETE FROM p"),
      run("PRAGMA foreign_keys = ON"),
      run("DELETE FROM p"),
    ]);
    expect(codes(body).slice(0, 9)).toEqual(Array(9).fill("ok"));
    expect([body.results[0], body.results[2]].map(({ response }) => response.result.rows[0][0].value)).toEqual([
      "1",
      "0",
    ]);
    // One statement without foreign keys is checked as a whole.
    expect(codes(body).slice(9)).toEqual(["SQLITE_CONSTRAINT", "ok", "ok"]);
    expect(await rows(server, "SELECT count(*) AS n FROM c")).toEqual([{ n: 0 }]);
  });
});

it("the requests of the Go client are understood, as it sends them", async () => {
  // It names the replication index that it knows, sends no media type, and reads blobs only without padding.
  const go = (sql: string, more: object = {}) => run(sql, { replication_index: 7, ...more });
  const blob = { type: "blob", base64: "AP8" };
  const first = await pipeline([go("SELECT 1"), go("BEGIN")]);
  const insert = { sql: "INSERT INTO t (n) VALUES (?)", args: [blob], replication_index: null };
  const undo = (step: number) => ({
    stmt: { sql: "ROLLBACK" },
    condition: { type: "not", cond: { type: "ok", step } },
  });
  const steps = [
    { stmt: insert },
    { stmt: { sql: "SELECT n FROM t ORDER BY id DESC LIMIT 1" }, condition: { type: "ok", step: 0 } },
    undo(1),
  ];
  const batch = { type: "batch", batch: { steps, replication_index: 7 } };
  const { body } = await pipeline([batch, go("COMMIT"), CLOSE], { baton: first.body.baton });
  expect([codes(first.body), codes(body)]).toEqual([
    ["ok", "ok"],
    ["ok", "ok", "ok"],
  ]);
  const { step_results: results, step_errors: errors } = body.results[0].response.result;
  expect([results[1].rows, results[2], errors]).toEqual([[[blob]], null, [null, null, null]]);
  const failed = await pipeline([
    go("BEGIN"),
    { type: "batch", batch: { steps: [{ stmt: { sql: "INSERT INTO t VALUES (1, 'x')" } }, undo(0)] } },
    go("INSERT INTO t (n) VALUES ('y')"),
    go("ROLLBACK"),
  ]);
  // The batch's own ROLLBACK came only after what failed, so there is nothing left to roll back.
  expect(codes(failed.body)).toEqual(["ok", "ok", "ok", "SQLITE_UNKNOWN"]);
});

it("WITH may begin a query or a write, whoever asks, and wherever it stands", async () => {
  const read = run("WITH x AS (SELECT n FROM t) SELECT n FROM x");
  const write = run("WITH x AS (SELECT 'w' AS n) INSERT INTO t (n) SELECT n FROM x");
  const first = (body: { results: { response: { result: { rows: { value: string }[][] } } }[] }) =>
    body.results[0]!.response.result.rows[0]![0]!.value;
  for (const options of [{}, { key: KEYS.read }, { place: "main@now" }, { key: KEYS.read, place: "main@now" }]) {
    const { body } = await pipeline([read], options);
    expect([options, codes(body), first(body)]).toEqual([options, ["ok"], "a"]);
  }
  expect(codes((await pipeline([write], { key: KEYS.read })).body)).toEqual(["BLOCKED"]);
  expect(codes((await pipeline([write], { place: "main@now" })).body)).toEqual(["SQLITE_READONLY"]);
  const script = `PRAGMA foreign_keys = OFF; ${write.stmt.sql}; ${read.stmt.sql}; DELETE FROM t WHERE n = 'a'`;
  expect(codes((await pipeline([{ type: "sequence", sql: script }])).body)).toEqual(["ok"]);
  expect(await names()).toEqual(["w"]);
});

it("PRAGMAs that tell of the database are answered, and can't change it", async () => {
  const { body } = await pipeline([
    run("PRAGMA database_list"),
    run("PRAGMA journal_mode"),
    run("PRAGMA user_version"),
    run("PRAGMA journal_mode = DELETE"),
    run("PRAGMA user_version = 1"),
  ]);
  expect(codes(body)).toEqual(["ok", "ok", "ok", "BLOCKED", "BLOCKED"]);
  const {
    cols,
    rows: [first],
  } = body.results[0].response.result;
  expect(cols.map(({ name }: { name: string }) => name)).toEqual(["seq", "name", "file"]);
  expect(first.map(({ value }: { value: string }) => value)).toEqual(["0", "main", ""]);
});

describe("a script without foreign keys", () => {
  const sequence = (...statements: string[]) => ({ type: "sequence", sql: statements.join(";\n") });
  const rebuild = [
    "CREATE TABLE new_parents (id INTEGER PRIMARY KEY, v DEFAULT 1)",
    "INSERT INTO new_parents (id) SELECT id FROM parents",
    "DROP TABLE parents",
    "ALTER TABLE new_parents RENAME TO parents",
  ];
  beforeEach(async () => {
    await execute(server, "DROP TABLE IF EXISTS children");
    await execute(server, "DROP TABLE IF EXISTS parents");
    await execute(server, "DROP TABLE IF EXISTS new_parents");
    await execute(server, "CREATE TABLE parents (id INTEGER PRIMARY KEY)");
    await execute(server, "CREATE TABLE children (parent REFERENCES parents ON DELETE CASCADE)");
    await execute(server, "INSERT INTO parents VALUES (1), (2)");
    await execute(server, "INSERT INTO children VALUES (1), (2)");
  });

  it("rebuilds tables as one commit, and the rows that refer to them stay", async () => {
    const history = async () => (await must(server, "GET", "/v1/branches/main/history?limit=1000")).history.length;
    const before = await history();
    const { body } = await pipeline([
      sequence(
        "PRAGMA defer_foreign_keys=ON",
        "PRAGMA foreign_keys=OFF",
        ...rebuild.slice(0, 2),
        "PRAGMA defer_foreign_keys=ON",
        ...rebuild.slice(2),
        "DELETE FROM children WHERE parent = 2",
        "PRAGMA foreign_keys=ON",
        "PRAGMA defer_foreign_keys=OFF",
      ),
      run("SELECT changes(), total_changes(), last_insert_rowid()"),
      run("PRAGMA foreign_keys"),
    ]);
    expect(codes(body)).toEqual(["ok", "ok", "ok"]);
    const values = body.results[1].response.result.rows[0].map(({ value }: { value: string }) => value);
    expect(values).toEqual(["1", "3", "2"]);
    expect(body.results[2].response.result.rows[0][0].value).toBe("1");
    expect(await history()).toBe(before + 1);
    expect(await rows(server, "SELECT v, count(*) AS n FROM parents JOIN children ON parent = id")).toEqual([
      { v: 1, n: 1 },
    ]);
    // The foreign key holds again.
    expect(codes((await pipeline([run("INSERT INTO children VALUES (9)")])).body)).toEqual(["SQLITE_CONSTRAINT"]);
  });

  it("changes nothing if a row refers to nothing in the end, or a statement fails", async () => {
    for (const wrong of ["DELETE FROM parents WHERE id = 1", "DROP TABLE absent"]) {
      const { body } = await pipeline([
        sequence("PRAGMA foreign_keys=OFF", ...rebuild, wrong),
        run("PRAGMA foreign_keys"),
      ]);
      expect(body.results[0].type).toBe("error");
      expect(body.results[1].response.result.rows[0][0].value).toBe("0");
      expect(await rows(server, "SELECT count(*) AS n FROM parents JOIN children ON parent = id")).toEqual([{ n: 2 }]);
      expect(await rows(server, "SELECT name FROM pragma_table_info('parents')")).toEqual([{ name: "id" }]);
    }
  });

  it("reads in between, begins a transaction, and ends without turning them on", async () => {
    const { body } = await pipeline([
      sequence("PRAGMA foreign_keys=OFF", rebuild[0]!, "SELECT 1", ...rebuild.slice(1)),
      sequence("BEGIN", "INSERT INTO children VALUES (8)", "INSERT INTO parents (id) VALUES (8)", "COMMIT"),
      sequence("INSERT INTO children VALUES (7)", "INSERT INTO parents (id) VALUES (7)"),
      sequence("PRAGMA foreign_keys=ON", "INSERT INTO children VALUES (6)", "INSERT INTO parents (id) VALUES (6)"),
    ]);
    expect(codes(body)).toEqual(["ok", "ok", "ok", "SQLITE_CONSTRAINT"]);
    expect(await rows(server, "SELECT count(*) AS n FROM parents JOIN children ON parent = id")).toEqual([{ n: 4 }]);
  });
});

describe("what a key may do", () => {
  it("is what it may do elsewhere", async () => {
    const { body } = await pipeline(
      [run("BEGIN IMMEDIATE"), run("SELECT n FROM t"), run("DELETE FROM t"), run("COMMIT")],
      { key: KEYS.read },
    );
    expect(codes(body)).toEqual(["ok", "ok", "BLOCKED", "ok"]);
    expect((await pipeline([run("SELECT 1")], { key: KEYS.nothing })).status).toBe(403);
    const tables = await must(server, "POST", "/v1/auth/keys", { name: "k", scopes: ["read"], tables: ["t"] });
    expect(codes((await pipeline([run("SELECT 1"), run("BEGIN")], { key: tables.key })).body)).toEqual([
      "BLOCKED",
      "BLOCKED",
    ]);
    const branches = await must(server, "POST", "/v1/auth/keys", { name: "b", scopes: ["read"], branches: ["dev*"] });
    expect(codes((await pipeline([run("SELECT 1")], { key: branches.key })).body)).toEqual(["BRANCH_NOT_FOUND"]);
  });
});

describe("a cursor", () => {
  it("gives the rows of a batch as lines", async () => {
    const response = await fetch(`${server.url}/hrana/main/v3/cursor`, {
      method: "POST",
      headers: { authorization: `Bearer ${KEYS.admin}` },
      body: JSON.stringify({
        batch: {
          steps: [
            { stmt: { sql: "SELECT id FROM t" } },
            { stmt: { sql: "INSERT INTO t VALUES (1, 'x')" } },
            { condition: { type: "ok", step: 1 }, stmt: { sql: "SELECT 1" } },
            { stmt: { sql: "INSERT INTO t VALUES (2, 'y')" } },
          ],
        },
      }),
    });
    expect(response.headers.get("content-type")).toContain("text/plain");
    const text = await response.text();
    expect(text.endsWith("\n")).toBe(true);
    const [first, ...lines] = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(first).toEqual({ baton: expect.stringMatching(/^a/), base_url: null });
    expect(lines).toEqual([
      { type: "step_begin", step: 0, cols: [{ name: "id", decltype: "INTEGER" }] },
      { type: "row", row: [{ type: "integer", value: "1" }] },
      { type: "step_end", affected_row_count: 0, last_insert_rowid: null },
      {
        type: "step_error",
        step: 1,
        error: { message: "SQLite error: UNIQUE constraint failed: t.id", code: "SQLITE_CONSTRAINT" },
      },
      { type: "step_begin", step: 3, cols: [] },
      { type: "step_end", affected_row_count: 1, last_insert_rowid: "2" },
    ]);
    expect((await post(server, "/hrana/main/v3/cursor", {})).status).toBe(400);
  });
});
