import { expect, it } from "vitest";
import { statementsOf } from "../src/input/statements.js";

const TRIGGER = `CREATE TRIGGER audit AFTER INSERT ON users BEGIN
  INSERT INTO log VALUES (CASE new.id WHEN 1 THEN 'one' ELSE 'other' END);
  UPDATE users SET n = 1;
END`;

it.each([
  ["one", "SELECT 1", ["SELECT 1"]],
  ["several, the last without a semicolon", "a;\n b ; c", ["a", "b", "c"]],
  ["empty ones", ";; a ;;\n-- no more;\n", ["a"]],
  ["semicolons in texts", "INSERT INTO t VALUES ('a;''b;'); b", ["INSERT INTO t VALUES ('a;''b;')", "b"]],
  ["and in names", 'SELECT "a;b", [c;d], `e;f`; b', ['SELECT "a;b", [c;d], `e;f`', "b"]],
  ["and in comments", "a -- x; y\n + 1; /* ; */ b", ["a -- x; y\n + 1", "/* ; */ b"]],
  ["a trigger", `${TRIGGER}; b`, [TRIGGER, "b"]],
  [
    "a temporary one",
    `${TRIGGER.replace("CREATE", "create temp")};b;`,
    [TRIGGER.replace("CREATE", "create temp"), "b"],
  ],
  ["a table of that name", "CREATE TABLE trigger (x); END; b", ["CREATE TABLE trigger (x)", "END", "b"]],
  ["nothing but comments", "-- a;\n/* b; */", []],
])("statements are found: %s", (_what, sql, found) => {
  expect(statementsOf(sql)).toEqual(found);
});
