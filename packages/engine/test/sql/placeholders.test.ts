import { HeliosError } from "@heliosdb/port";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
let sqlite: Database.Database;
beforeAll(() => {
  db = new TestDatabase();
  sqlite = new Database(":memory:");
  db.execute("main", "CREATE TABLE t (a, b)");
});
afterAll(() => {
  sqlite.close();
  db.dispose();
});

const query = (sql: string, params: Readonly<Record<string, bigint>>) =>
  db.read({ op: "query", request: { branch: "main", sql, params } }).rows;

describe("names of placeholders", () => {
  const start = fc.constantFrom("a", "Z", "_", "é", "ſ", "名", "😀", "\u00a0", "\uffff");
  const rest = fc.constantFrom("a", "0", "_", "$", "é", "名", "😀", "\u0080");
  const name = fc.tuple(start, fc.array(rest, { maxLength: 4 })).map(([first, more]) => first + more.join(""));

  it("are those of SQLite, by name and in order", () => {
    fc.assert(
      fc.property(fc.constantFrom(":", "@", "$"), name, name, (sign, one, two) => {
        fc.pre(one !== two);
        const sql = `SELECT ${sign}${one} AS a, ${sign}${two} AS b, ${sign}${one} + 1 AS c`;
        const own = sqlite
          .prepare(sql)
          .raw()
          .get({ [one]: 1, [two]: 2 });
        expect([...query(sql, { [one]: 1n, [two]: 2n })]).toEqual([own]);
        expect([...db.query("main", sql, undefined, [1n, 2n]).rows]).toEqual([own]);
        const write = `INSERT INTO t VALUES (${sign}${one}, ${sign}${two}) RETURNING a, b`;
        const { results } = db.execute("main", { sql: write, params: [1n, 2n] });
        expect(results[0]!.returning!.rows).toEqual([[1, 2]]);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ["SELECT :é, :è", { é: 1n }, "The placeholder :è has no value. Send one under that name."],
    ["SELECT ?", { a: 1n }, "The placeholder ? has no name. Send the values as a list."],
    ["SELECT $1", { 1: 1n }, "The placeholder $1 has no name. Send the values as a list."],
    ["SELECT :1", { 1: 1n }, "Invalid placeholder :1. Expected $1, $2, …, ? or :name."],
    ["SELECT :é", { é: 1n, e: 2n }, "Parameter 'e' has no placeholder in the SQL."],
  ])("or what is wrong is said: %s", (sql, params, message) => {
    expect(() => query(sql, params as unknown as Record<string, bigint>)).toThrow(
      new HeliosError("PARAM_COUNT", message),
    );
  });
});
