import { afterEach, beforeEach, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
const COUNT = "SELECT count(*) FROM items";

beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE items (id INTEGER PRIMARY KEY)");
});
afterEach(() => db.dispose());

it("shows the state of the first read until it is released", () => {
  db.reader.pin();
  expect(db.rows("main", COUNT)).toEqual([[0]]);
  const { scn } = db.execute("main", "INSERT INTO items VALUES (1)");
  expect(db.rows("main", COUNT)).toEqual([[0]]);
  expect(db.query("main", COUNT).scn).toBeLessThan(scn);
  db.reader.unpin();
  expect(db.rows("main", COUNT)).toEqual([[1]]);
  expect(db.query("main", COUNT).scn).toBe(scn);
});

it("goes on after a read that failed, and sees a changed schema once released", () => {
  db.reader.pin();
  expect(db.rows("main", COUNT)).toEqual([[0]]);
  expect(codeOf(() => db.rows("main", "SELECT abs(-9223372036854775808)"))).toBe("SQL_ERROR");
  db.execute("main", "CREATE TABLE others (id INTEGER PRIMARY KEY)");
  expect(codeOf(() => db.rows("main", "SELECT * FROM others"))).toBe("SQL_NAME_NOT_FOUND");
  db.branch("later");
  db.reader.unpin();
  expect(db.rows("main", "SELECT * FROM others")).toEqual([]);
  expect(db.rows("later", "SELECT * FROM others")).toEqual([]);
});

it("closes while it holds, and holds the past as well as the present", () => {
  const { scn } = db.execute("main", "INSERT INTO items VALUES (1)");
  db.execute("main", "DELETE FROM items");
  db.reader.pin();
  expect(db.rows("main", COUNT)).toEqual([[0]]);
  expect(db.at("main", COUNT, scn)).toEqual([[1]]);
  db.reader.close();
  db.reader.unpin();
});
