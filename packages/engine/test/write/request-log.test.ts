import { afterEach, beforeEach, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
});
afterEach(() => db.dispose());

const insert = (requestId: string, remembered: "short" | "long" = "short") => ({
  op: "execute" as const,
  request: {
    branch: "main",
    author: "me",
    requestId,
    remembered,
    statements: [{ sql: "INSERT INTO t VALUES (NULL)" }],
  },
});
const rows = () => Number(db.rows("main", "SELECT count(*) FROM t")[0]![0]);

it("forgets requests of long ago, but those that may be repeated late only much later", () => {
  const [first] = db.writer.write([insert("lasting", "long"), insert("recent")]);
  const batch = (from: number) => Array.from({ length: 500 }, (_, n) => insert(`r${from + n}`));
  for (let from = 0; from < 4000; from += 500) db.writer.write(batch(from));
  expect(rows()).toBe(4002);

  expect(db.writer.write([insert("lasting", "long")])).toEqual([first]);
  db.reopen();
  expect(db.writer.write([insert("lasting", "long")])).toEqual([first]);
  expect(rows()).toBe(4002);
  db.writer.write([insert("recent")]);
  expect(rows()).toBe(4003);
});

it("does a change of the record once, however often it is asked for", () => {
  const create = { op: "createBranch" as const, request: { name: "dev", requestId: "b", remembered: "long" as const } };
  const made = db.writer.control(create);
  for (let n = 0; n < 2100; n++) {
    db.writer.control({ op: "updateBranch", request: { branch: "dev", displayName: `${n}`, requestId: `u${n}` } });
  }
  db.reopen();
  expect(db.writer.control(create)).toEqual(made);
});
