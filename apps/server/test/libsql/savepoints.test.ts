import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { controlOf } from "../../dist/surfaces/libsql/run/transaction-words.js";
import { executeAll } from "../support/hrana.js";
import { execute, rows } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE t (n TEXT)");
});
afterAll(() => server?.remove());
beforeEach(() => execute(server, "DELETE FROM t"));

const left = async () => (await rows(server, "SELECT n FROM t ORDER BY n")).map(({ n }: { n: string }) => n);

it("the end of an inner savepoint is not that of an outer one of the same name", async () => {
  const told = await executeAll(server, [
    ...["SAVEPOINT sp", "INSERT INTO t VALUES ('outer')", "SAVEPOINT sp", "INSERT INTO t VALUES ('inner')"],
    ...["RELEASE sp", "ROLLBACK"],
  ]);
  expect(told.map(({ error }) => error)).toEqual(new Array(6).fill(null));
  expect(told.map(({ autocommit }) => autocommit)).toEqual([false, false, false, false, false, true]);
  expect(await left()).toEqual([]);
});

it("names of savepoints are read as SQLite reads them", async () => {
  const told = await executeAll(server, [
    ...["BEGIN", 'SAVEPOINT "a x"', "INSERT INTO t VALUES ('s1')", 'SAVEPOINT "b x"', "INSERT INTO t VALUES ('s2')"],
    ...['ROLLBACK TO "a x"', "SELECT n FROM t", "ROLLBACK"],
  ]);
  expect(told.map(({ error }) => error)).toEqual(new Array(8).fill(null));
  expect(told[6]!.rows).toEqual([]);
});

const NAMES = [
  ...["sp", "SP", '"sp"', "`Sp`", "[sP]", "'sp'", '"a x"', "'b x'", "[A X]", '"q""q"', "'q\"q'", '`q"q`', "`k``k`"],
  ...['"k`k"', "é", "É", '"é"', '"TO"', "savepoint", '"SAVEPOINT"'],
];
/** What may stand between two words. */
const GAPS = [" ", "\n", "\t", " /* RELEASE sp */ ", " -- x\n"];

const name = fc.constantFrom(...NAMES);
const words = (...all: fc.Arbitrary<string>[]) =>
  fc.tuple(fc.tuple(...all), fc.constantFrom(...GAPS)).map(([given, gap]) => given.filter(Boolean).join(gap));
const word = (...texts: string[]) => fc.constantFrom(...texts);
const begin = words(word("BEGIN"), word("", "DEFERRED", "immediate"), word("", "TRANSACTION", "TRANSACTION nobody"));
const end = words(word("COMMIT", "END", "ROLLBACK"), word("", "", "TRANSACTION", "TRANSACTION 'x y'"));
const set = words(word("SAVEPOINT", "savepoint"), name);
const release = words(word("RELEASE", "release"), word("", "SAVEPOINT"), name);
const back = words(word("ROLLBACK"), word("", "TRANSACTION", "transaction x"), word("TO"), word("", "savepoint"), name);
const insert = fc.constant("INSERT INTO t VALUES ('?')");
const wrong = word(
  "SAVEPOINT",
  "SAVEPOINT a b",
  "RELEASE",
  "ROLLBACK TO",
  "COMMIT x",
  "BEGIN x",
  "RELEASE sp sp",
  "SAVEPOINT 1",
);
/** Many of one name, so that the same one is often set and ended again. */
const statement = fc.oneof(
  { weight: 6, arbitrary: set },
  { weight: 6, arbitrary: insert },
  { weight: 4, arbitrary: back },
  { weight: 4, arbitrary: release },
  { weight: 1, arbitrary: begin },
  { weight: 1, arbitrary: end },
  { weight: 1, arbitrary: wrong },
);

/** The same statements, run by SQLite itself. */
function inSqlite(statements: readonly string[]) {
  const db = new Database(":memory:");
  db.exec("CREATE TABLE t (n TEXT)");
  const told = statements.map((sql) => {
    let failed = false;
    try {
      db.exec(sql);
    } catch {
      failed = true;
    }
    return { failed, autocommit: !db.inTransaction };
  });
  if (db.inTransaction) db.exec("ROLLBACK");
  const kept = db.prepare("SELECT n FROM t ORDER BY n").pluck().all();
  db.close();
  return { told, kept };
}

it("savepoints do what SQLite's do, whatever their names and order", async () => {
  let released = 0;
  const property = fc.asyncProperty(fc.array(statement, { minLength: 4, maxLength: 24 }), async (given) => {
    const statements = given.map((sql, i) => sql.replace("?", String(i + 100)));
    await execute(server, "DELETE FROM t");
    const told = await executeAll(server, statements);
    const real = inSqlite(statements);
    expect(told.map(({ error, autocommit }) => ({ failed: error !== null, autocommit }))).toEqual(real.told);
    expect(await left()).toEqual(real.kept);
    if (statements.some((sql, i) => /^release/i.test(sql) && !real.told[i]!.failed)) released++;
  });
  await fc.assert(property, { seed: 20_261_128, numRuns: 120 });
  expect(released).toBeGreaterThan(20);
});

it("a transaction that only reads has savepoints, and refuses writes as SQLite does", async () => {
  const readonly = { code: "SQLITE_READONLY", message: "SQLite error: attempt to write a readonly database" };
  for (const begin of ["BEGIN READONLY", "BEGIN TRANSACTION READONLY"]) {
    const told = await executeAll(server, [
      ...[begin, "SAVEPOINT a", "INSERT INTO t VALUES ('x')", "CREATE TABLE u (i)"],
      ...["WITH x AS (SELECT 1 AS i) INSERT INTO t SELECT i FROM x", "WITH x AS (SELECT 1 AS i) SELECT i FROM x"],
      ...["ROLLBACK TO a", "RELEASE a", "RELEASE a", "COMMIT"],
    ]);
    expect(told.map(({ error }) => error)).toEqual([
      ...[null, null, readonly, readonly, readonly, null, null, null],
      ...[{ code: "SQLITE_UNKNOWN", message: "SQLite error: no such savepoint: a" }, null],
    ]);
    expect(told.map(({ autocommit }) => autocommit)).toEqual([...new Array(9).fill(false), true]);
  }
  // A key that may only read begins such ones, whatever it asks for.
  const told = await executeAll(server, ["SAVEPOINT a", "SELECT 1", "INSERT INTO t VALUES ('x')", "RELEASE a"], {
    key: KEYS.read,
  });
  expect(told.map(({ error }) => error?.code)).toEqual([undefined, undefined, "BLOCKED", undefined]);
});

it("only what SQLite's grammar has begins or ends a transaction", () => {
  const control = (sql: string) => controlOf({ sql, verb: /^\w+/.exec(sql)![0].toUpperCase() });
  expect(control("BEGIN TRANSACTION READONLY")).toEqual({ verb: "BEGIN", mode: "read" });
  expect(control("begin readonly")).toEqual({ verb: "BEGIN", mode: "read" });
  expect(control("BEGIN CONCURRENT")).toEqual({ verb: "BEGIN", mode: "write" });
  expect(control('ROLLBACK TRANSACTION TO SAVEPOINT "A b"')).toEqual({
    verb: "ROLLBACK TO",
    given: "A b",
    name: "a b",
  });
  expect(control("EXPLAIN SELECT 1")).toBeNull();
  for (const sql of ["BEGIN x", "COMMIT WORK", "ROLLBACK x", "SAVEPOINT", "RELEASE a b", "ROLLBACK TO"]) {
    expect(() => control(sql), sql).toThrow("SQL string could not be parsed");
  }
});
