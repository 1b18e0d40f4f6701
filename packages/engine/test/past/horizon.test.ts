import { afterEach, beforeEach, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

const DAY = 86_400_000;
let db: TestDatabase;
let then: number;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
  then = db.execute("main", "INSERT INTO t VALUES (1, 'then'), (2, 'then')").scn;
  db.execute("main", "UPDATE t SET v = 'later'");
  db.travel(10 * DAY);
  db.control({ op: "setRetention", request: { historyMs: DAY, historyBytes: null } });
  db.execute("main", "UPDATE t SET v = 'now'", "DELETE FROM t WHERE id = 2");
});
afterEach(() => db.dispose());

// A reader that holds its view of the file names a state by what it saw, and opens it when retention has been there.
it.each([
  ["a query", () => db.at("main", "SELECT * FROM t", then)],
  ["a table of a query", () => db.rows("main", `SELECT * FROM t AS OF SCN ${then} AS x, t`)],
  ["a page", () => db.page("t", { at: { kind: "scn", scn: then } }).rows],
])("%s that was named before retention removed it is not read after", (_, read) => {
  db.reader.pin();
  expect(db.rows("main", "SELECT v FROM t")).toEqual([["now"]]);
  db.maintain();
  expect(codeOf(read)).toBe("POINT_EXPIRED");
  db.reader.unpin();
  expect(codeOf(read)).toBe("POINT_EXPIRED");
  expect(db.rows("main", "SELECT v FROM t")).toEqual([["now"]]);
});

it("a state that was gathered before is not read either", () => {
  expect(db.at("main", "SELECT count(*) FROM t WHERE v = 'then'", then)).toEqual([[2]]);
  db.reader.pin();
  expect(db.rows("main", "SELECT v FROM t")).toEqual([["now"]]);
  db.maintain();
  expect(codeOf(() => db.at("main", "SELECT count(*) FROM t", then))).toBe("POINT_EXPIRED");
  db.reader.unpin();
});

it("a kept state that was named before retention removed its history is read from its file", () => {
  db.control({ op: "createSnapshot", request: { branch: "main", at: { kind: "scn", scn: then }, author: "test" } });
  db.reader.pin();
  expect(db.rows("main", "SELECT v FROM t")).toEqual([["now"]]);
  db.maintain();
  expect(db.at("main", "SELECT v FROM t ORDER BY id", then)).toEqual([["then"], ["then"]]);
  db.reader.unpin();
  expect(db.at("main", "SELECT v FROM t ORDER BY id", then)).toEqual([["then"], ["then"]]);
});
