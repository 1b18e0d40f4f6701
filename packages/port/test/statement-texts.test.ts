import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitStatements } from "../dist/index.js";

const texts = (sql: string) => splitStatements(sql).map((statement) => statement.sql);

/** Parts of a statement that may hold semicolons, quotes and placeholders without being any. */
const part = fc.oneof(
  fc.constantFrom(
    "SELECT",
    "x",
    "END",
    "BEGIN",
    "1",
    "1.5e3",
    "(",
    ")",
    ",",
    "=",
    "?",
    "?12",
    ":name",
    "@a1",
    "$x",
    "x'00'",
  ),
  fc.string().map((text) => `'${text.replaceAll("'", "''")}'`),
  fc.string().map((text) => `"${text.replaceAll('"', '""')}"`),
  fc.string().map((text) => `\`${text.replaceAll("`", "``")}\``),
  fc.string().map((text) => `[${text.replaceAll("]", "")}]`),
);
const blank = fc.oneof(
  fc.constantFrom(" ", "\n", "\t", "\f", " \r\n"),
  fc.string().map((text) => `/*${text.replaceAll("*/", "")} */`),
  fc.string().map((text) => `-- ${text.replaceAll("\n", "")}\n`),
);
const statement = fc
  .tuple(fc.constantFrom("SELECT", "INSERT", "WITH", "explain", "CREATE TABLE"), fc.array(fc.tuple(blank, part)))
  .map(([verb, rest]) => verb + rest.map((each) => each.join("")).join(""));
const trigger = fc
  .tuple(
    fc.constantFrom("CREATE TRIGGER", "create temp trigger", "CREATE /* ; */ TEMPORARY TRIGGER"),
    fc.array(statement),
  )
  .map(
    ([verb, body]) => `${verb} t AFTER INSERT ON x BEGIN ${body.map((each) => `${each};`).join("\n")} SELECT 1; END`,
  );

describe("a text of several statements", () => {
  it("is split into the statements that it was put together of", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(blank, fc.oneof(statement, trigger), blank)), (all) => {
        const text = all.map((each) => `${each.join("")};`).join("");
        expect(texts(text)).toEqual(all.map(([, sql]) => sql));
        expect(texts(text.slice(0, -1))).toEqual(all.map(([, sql]) => sql));
      }),
    );
  });

  it("is split, whatever it is, and loses nothing but blanks, comments and semicolons", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const each of splitStatements(text)) {
          expect(text).toContain(each.sql);
          for (const { text: placeholder, start } of each.placeholders) {
            expect(each.sql.slice(start, start + placeholder.length)).toBe(placeholder);
          }
        }
      }),
    );
  });

  it.each([
    ["", []],
    [" -- nothing; at all", []],
    ["; ;;", []],
    ["/* open", []],
    ["SELECT 1;", ["SELECT 1"]],
    ['SELECT \';\'; SELECT "a;""b"', ["SELECT ';'", 'SELECT "a;""b"']],
    ["SELECT 'open; SELECT 2", ["SELECT 'open; SELECT 2"]],
    [
      "EXPLAIN QUERY PLAN CREATE TRIGGER t BEGIN SELECT 1; END; SELECT 2",
      ["EXPLAIN QUERY PLAN CREATE TRIGGER t BEGIN SELECT 1; END", "SELECT 2"],
    ],
    ["CREATE TABLE trigger_log (a); SELECT 2", ["CREATE TABLE trigger_log (a)", "SELECT 2"]],
  ])("%s", (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  it("tells verbs and placeholders, and none that stand in strings and comments", () => {
    const [one, two] = splitStatements(
      "insert into t values (?, ':no', ?2, $x) -- ?\n; /* @b */ With a AS (SELECT @b) SELECT 1",
    );
    expect([one!.verb, one!.placeholders.map(({ text }) => text)]).toEqual(["INSERT", ["?", "?2", "$x"]]);
    expect([two!.verb, two!.placeholders]).toEqual(["WITH", [{ text: "@b", start: 18 }]]);
  });
});
