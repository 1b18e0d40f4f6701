import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

// A process with a heap of 2 MB in all, of which a plan may take half.
vi.mock("node:v8", async (original) => ({
  ...(await original<typeof import("node:v8")>()),
  getHeapStatistics: () => ({ heap_size_limit: 2_000_000 }),
}));

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE items (id INTEGER PRIMARY KEY, v TEXT)");
  db.branch("dev");
});
afterEach(() => db.dispose());

const fill = (branch: string, rows: number, text = "x") =>
  db.execute(
    branch,
    `INSERT INTO items SELECT value, '${text}' FROM (
       WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${rows}) SELECT value FROM n)`,
  );
const count = () => db.rows("main", "SELECT count(*) FROM items")[0]![0];

it("merges as many rows as its memory holds, and refuses more with nothing changed", () => {
  fill("dev", 1000);
  expect(db.merge("dev", "main")).toMatchObject({ merged: 1000 });
  db.branch("more");
  db.execute("more", "UPDATE items SET v = 'y'");
  db.execute("more", "INSERT INTO items SELECT id + 1000, v FROM items");
  db.execute("more", "INSERT INTO items SELECT id + 2000, v FROM items");
  expect(codeOf(() => db.merge("more", "main"))).toBe("RESOURCE_LIMIT");
  expect(count()).toBe(1000);
  expect(codeOf(() => db.merge("more", "main", "auto", { dryRun: true }))).toBe("RESOURCE_LIMIT");
});

it("counts bytes, not only rows, and those of both sides", () => {
  fill("dev", 3, "x".repeat(400_000));
  expect(codeOf(() => db.merge("dev", "main"))).toBe("RESOURCE_LIMIT");
  expect(count()).toBe(0);
});

it("counts rows without a key, all of which are compared", () => {
  db.execute("main", "CREATE TABLE loose (v TEXT)");
  db.branch("other");
  const insert = (rows: number) =>
    db.execute(
      "other",
      `INSERT INTO loose SELECT 'row ' || value FROM (
         WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${rows}) SELECT value FROM n)`,
    );
  insert(1000);
  expect(db.merge("other", "main")).toMatchObject({ merged: 1000 });
  db.execute("main", "INSERT INTO loose VALUES ('here')");
  insert(9000);
  expect(codeOf(() => db.merge("other", "main"))).toBe("RESOURCE_LIMIT");
  expect(db.rows("main", "SELECT count(*) FROM loose")).toEqual([[1001]]);
  expect(db.merge("main", "other")).toMatchObject({ merged: 1 });
});

it("merges in parts what is too much at once", () => {
  const { scn } = fill("dev", 2000);
  db.execute("dev", "INSERT INTO items SELECT id + 2000, v FROM items");
  expect(codeOf(() => db.merge("dev", "main"))).toBe("RESOURCE_LIMIT");
  db.branch("part", "dev", { kind: "scn", scn });
  expect(db.merge("part", "main")).toMatchObject({ merged: 2000 });
  expect(db.merge("dev", "main")).toMatchObject({ merged: 2000 });
  expect(count()).toBe(4000);
});
