import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { execute, get, must, post, rows, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const BATCH = "/v1/branches/main/batch";
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER CHECK (balance >= 0))");
});
afterAll(() => server?.remove());
beforeEach(async () => {
  await execute(server, "DELETE FROM accounts");
  await execute(server, "INSERT INTO accounts VALUES (1, 100), (2, 0)");
});

const balances = async () =>
  (await rows(server, "SELECT balance FROM accounts ORDER BY id")).map((row: { balance: number }) => row.balance);
const transfer = (amount: number) => [
  { sql: "UPDATE accounts SET balance = balance - $1 WHERE id = 1", params: [amount] },
  {
    sql: "UPDATE accounts SET balance = balance + $1 WHERE id = 2 RETURNING id, balance",
    params: [{ type: "int4", value: amount }],
  },
];

describe("a batch", () => {
  it("is one commit, with a result for each statement", async () => {
    const { scn } = await must(server, "GET", "/v1/branches/main");
    const done = await post(server, BATCH, { statements: transfer(30), message: "rent" });
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({
      scn: scn + 1,
      message: "2 statements executed successfully on branch 'main'",
      results: [
        { statement_type: "UPDATE", affected_rows: 1 },
        { statement_type: "UPDATE", affected_rows: 1, columns: ["id", "balance"], rows: [{ id: 2, balance: 30 }] },
      ],
    });
    expect(done.body.results[0]).not.toHaveProperty("rows");
    expect(await balances()).toEqual([70, 30]);
  });

  it("has rows as lists in the specification's dialect", async () => {
    const { body } = await post(server, BATCH, { statements: transfer(30) }, { accept: SPEC });
    expect(body.data.results[1]).toMatchObject({ columns: ["id", "balance"], rows: [[2, 30]], row_count: 1 });
    expect(body.data).not.toHaveProperty("message");
  });

  it("may read what its statements wrote so far", async () => {
    const statements = [
      ...transfer(30),
      { sql: "SELECT id, balance FROM accounts WHERE balance > :least", params: { least: 50 } },
      { sql: "INSERT INTO accounts (balance) VALUES (changes())" },
      { sql: "SELECT balance FROM accounts WHERE id = last_insert_rowid()" },
    ];
    const { results } = await must(server, "POST", BATCH, { statements });
    expect(results.slice(2)).toMatchObject([
      { statement_type: "SELECT", affected_rows: 0, columns: ["id", "balance"], rows: [{ id: 1, balance: 70 }] },
      { statement_type: "INSERT", affected_rows: 1 },
      { statement_type: "SELECT", affected_rows: 0, rows: [{ balance: 1 }], row_count: 1, truncated: false },
    ]);
  });

  it("that only reads makes no commit", async () => {
    const { scn } = await must(server, "GET", "/v1/branches/main");
    const { body } = await post(server, BATCH, { statements: [{ sql: "SELECT 1 AS one" }, { sql: "VALUES (2)" }] });
    expect(body).toMatchObject({ scn, results: [{ rows: [{ one: 1 }] }, { rows: [{ column1: 2 }] }] });
  });

  it("may change the schema on its way", async () => {
    const statements = [
      { sql: "CREATE TABLE log (id INTEGER PRIMARY KEY, text TEXT)" },
      { sql: "INSERT INTO log (text) VALUES (?)", params: ["begun"] },
    ];
    const { results } = await must(server, "POST", BATCH, { statements });
    expect(results).toMatchObject([{ statement_type: "CREATE_TABLE" }, { statement_type: "INSERT", affected_rows: 1 }]);
    expect(await rows(server, "SELECT text FROM log")).toEqual([{ text: "begun" }]);
  });

  it.each([
    ["a constraint", [...transfer(30), ...transfer(300)], 2, 422, "CHECK_VIOLATION"],
    ["bad SQL", [...transfer(30), { sql: "UPDAT accounts" }], 2, 400, "INVALID_SQL"],
    ["a missing table", [{ sql: "DELETE FROM nope" }, ...transfer(30)], 0, 422, "SQL_NAME_NOT_FOUND"],
    ["a missing parameter", [...transfer(30), { sql: "DELETE FROM accounts WHERE id = ?" }], 2, 400, "PARAM_COUNT"],
    ["a PRAGMA", [...transfer(30), { sql: "PRAGMA table_info(accounts)" }], 2, 400, "NOT_A_STATEMENT"],
    ["a look back", [...transfer(30), { sql: "SELECT * FROM accounts AS OF TRANSACTION 1" }], 2, 400, "INVALID_SQL"],
    [
      "a name without a value",
      [...transfer(30), { sql: "DELETE FROM accounts WHERE id = :id", params: { ids: 1 } }],
      2,
      400,
      "PARAM_COUNT",
    ],
    ["transaction control", [{ sql: "BEGIN" }, ...transfer(30)], 0, 400, "TRANSACTION_CONTROL"],
    [
      "two statements in one",
      [...transfer(30), { sql: "DELETE FROM accounts; SELECT 1" }],
      2,
      400,
      "MULTIPLE_STATEMENTS",
    ],
  ])("fails whole for %s, and says where", async (_, statements, index, status, code) => {
    const { scn } = await must(server, "GET", "/v1/branches/main");
    const failed = await post(server, BATCH, { statements });
    expect([failed.status, failed.body.code, failed.body.statement_index]).toEqual([status, code, index]);
    const spec = await post(server, BATCH, { statements }, { accept: SPEC });
    expect([spec.status, spec.body.error.code, spec.body.error.details.statement_index]).toEqual([status, code, index]);
    expect(await balances()).toEqual([100, 0]);
    expect((await must(server, "GET", "/v1/branches/main")).scn).toBe(scn);
  });

  it.each([
    [{}, "INVALID_FIELD", "'statements' is required"],
    [{ statements: [] }, "INVALID_FIELD", "must not be empty"],
    [{ statements: ["DELETE FROM accounts"] }, "INVALID_FIELD", "'statements[0]' must be an object"],
    [{ statements: [{ sql: "" }] }, "INVALID_FIELD", "'statements[0].sql' must not be empty"],
    [{ statements: [{ sql: "DELETE FROM accounts", param: [] }] }, "UNKNOWN_FIELD", "Did you mean 'params'?"],
    [{ sql: "DELETE FROM accounts" }, "UNKNOWN_FIELD", "Did you mean 'statements'?"],
    [{ statements: [{ sql: "DELETE FROM accounts" }], timeout_ms: 1e9 }, "INVALID_FIELD", "timeout_ms"],
  ])("is refused: %j", async (body, code, message) => {
    const answer = await post(server, BATCH, body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect(answer.body.message).toContain(message);
    expect(await balances()).toEqual([100, 0]);
  });

  it("needs the scope write, and a branch that can be written to", async () => {
    const body = { statements: transfer(1) };
    expect((await post(server, BATCH, body, { key: KEYS.read })).status).toBe(403);
    expect((await post(server, "/v1/branches/nope/batch", body)).body.code).toBe("BRANCH_NOT_FOUND");
    await must(server, "POST", "/v1/branches", { name: "frozen", options: { read_only: true } });
    expect((await post(server, "/v1/branches/frozen/batch", body)).body.code).toBe("BRANCH_READ_ONLY");
    expect((await get(server, "/v1/branches/main/batch")).status).toBe(405);
  });
});
