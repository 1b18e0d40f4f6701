import { splitStatements } from "@heliosdb/port";
import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withStringLiterals } from "../../dist/sql/double-quoted.js";
import { tokenize } from "../../dist/sql/tokenize.js";

const db = new Database(":memory:");
db.exec('CREATE TABLE t (a, b, "it\'s"); CREATE VIEW v AS SELECT a FROM t');
const compile = (sql: string) => db.prepare(sql);
const known = (name: string) => ["a", "b", "t", "v", "it's"].includes(name.toLowerCase());

describe("names in double quotes that are no columns", () => {
  it.each([
    ['SELECT "x"', "SELECT 'x'"],
    ['SELECT "a", "A", "x" FROM t', `SELECT "a", "A", 'x' FROM t`],
    ['SELECT t."a", "t"."b", "x" FROM "t"', `SELECT t."a", "t"."b", 'x' FROM "t"`],
    ['SELECT "it\'s", "isn\'t", "say ""x""" FROM t', `SELECT "it's", 'isn''t', 'say "x"' FROM t`],
    ['SELECT (SELECT "a" FROM t), "a"', `SELECT (SELECT "a" FROM t), 'a'`],
    ['SELECT "a", (SELECT "a" FROM t WHERE "b" = "c"), "b"', `SELECT 'a', (SELECT "a" FROM t WHERE "b" = 'c'), 'b'`],
    ['INSERT INTO "t" ("a") VALUES ("a"), ("x")', `INSERT INTO "t" ("a") VALUES ('a'), ('x')`],
    ['UPDATE t SET a = "a" || "x" WHERE "b" IN ("b", "y")', `UPDATE t SET a = "a" || 'x' WHERE "b" IN ("b", 'y')`],
    [
      'SELECT count(*) AS "n" FROM t GROUP BY "a" HAVING "n" > "z"',
      `SELECT count(*) AS "n" FROM t GROUP BY "a" HAVING "n" > 'z'`,
    ],
    [
      'CREATE TABLE u (a CHECK ("a" <> "x"), b DEFAULT "none")',
      `CREATE TABLE u (a CHECK ("a" <> 'x'), b DEFAULT "none")`,
    ],
    ["SELECT 'x', `a`, [b] FROM t", "SELECT 'x', `a`, [b] FROM t"],
    ['SELECT "x" FROM absent', 'SELECT "x" FROM absent'],
    ['SELECT t."x" FROM t', 'SELECT t."x" FROM t'],
    ['SELECT "x" FROM', 'SELECT "x" FROM'],
  ])("%s", (sql, expected) => {
    expect(withStringLiterals(sql, { compile })).toBe(expected);
  });

  it("become strings in an INSERT of many rows at once", () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => `("v${i}", "a")`).join(", ");
    let compiled = 0;
    const counted = (sql: string) => {
      compiled++;
      return compile(sql);
    };
    const text = withStringLiterals(`INSERT INTO t (a, b) VALUES ${rows}`, { compile: counted, isKnown: known });
    expect(text).toContain("('v0', ");
    expect(compiled).toBe(1);
  });

  it("are all that changes, and what compiled before stays as it is", () => {
    const token = fc.constantFrom(
      '"a"',
      '"b"',
      '"x"',
      '"y""z"',
      "'s'",
      "a",
      "1",
      "=",
      "||",
      ",",
      "AND",
      "(SELECT",
      "FROM t",
      ")",
      "WHERE",
    );
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 12 }), (parts) => {
        const sql = `SELECT ${parts.join(" ")}`;
        const text = withStringLiterals(sql, { compile });
        const fails = (each: string) => {
          try {
            compile(each);
            return null;
          } catch (error) {
            return (error as Error).message;
          }
        };
        if (fails(sql) === null) expect(text).toBe(sql);
        const [before, after] = [tokenize(sql), tokenize(text)];
        expect(after.map(({ value }) => value)).toEqual(before.map(({ value }) => value));
        before.forEach((each, i) => {
          if (each.text !== after[i]!.text) expect([each.text[0], after[i]!.kind]).toEqual(['"', "string"]);
        });
        // What may be a string by itself is never what is left to complain of.
        expect(fails(text) ?? "").not.toMatch(/should this be a string literal/);
      }),
    );
  });
});

it("the port splits texts at the semicolons that the engine's tokenizer sees", () => {
  const piece = fc.constantFrom(
    "SELECT",
    "'a;b'",
    '"c;d"',
    "[e;f]",
    "`g;h`",
    "-- i;\n",
    "/* j; */",
    ";",
    "?",
    ":k",
    "x'00'",
    "1.5",
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join(" ");
      const groups: string[][] = [[]];
      for (const { kind, value, text: token } of tokenize(text)) {
        if (kind === "symbol" && value === ";") groups.push([]);
        else groups.at(-1)!.push(token);
      }
      const expected = groups.filter((group) => group.length > 0);
      expect(splitStatements(text).map(({ sql }) => tokenize(sql).map((token) => token.text))).toEqual(expected);
    }),
  );
});
