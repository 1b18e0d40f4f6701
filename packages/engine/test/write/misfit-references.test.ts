import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
let plain: Database.Database;
beforeEach(() => {
  db = new TestDatabase();
  plain = new Database(":memory:");
});
afterEach(() => {
  plain.close();
  db.dispose();
});

const PARENT = [
  "CREATE TABLE p (id INTEGER PRIMARY KEY, code, other)",
  "INSERT INTO p VALUES (1, 'a', 'x'), (2, 'b', 'y')",
];
const misfits: Record<string, string> = {
  "a column without a unique index": "CREATE TABLE misfit (pc REFERENCES p (code))",
  "a column that is not there": "CREATE TABLE misfit (pc REFERENCES p (gone))",
  "more columns than the key has": "CREATE TABLE misfit (pc, pd, FOREIGN KEY (pc, pd) REFERENCES p)",
  "columns of a key of another number": "CREATE TABLE misfit (pc, pd, FOREIGN KEY (pc, pd) REFERENCES p (code, id))",
};
const fitting = (action: string) => [
  `CREATE TABLE child (id INTEGER PRIMARY KEY, pid DEFAULT 9 REFERENCES p ${action})`,
  "CREATE TABLE grandchild (id INTEGER PRIMARY KEY, cid REFERENCES child ON DELETE CASCADE)",
  "INSERT INTO child VALUES (1, 1), (2, NULL)",
  "INSERT INTO grandchild VALUES (1, 1), (2, 2)",
];
const TABLES = ["child", "grandchild"];

describe.each(Object.entries(misfits))("a parent whose references do not fit (%s)", (_, misfit) => {
  it("is dropped as SQLite drops it, and its past stays", () => {
    const { scn } = db.execute("main", ...PARENT, misfit);
    expect(codeOf(() => db.execute("main", "DELETE FROM p"))).toBe("SQL_ERROR");
    const dropped = db.execute("main", "DROP TABLE p").scn;
    expect(codeOf(() => db.rows("main", "SELECT * FROM p"))).toBe("SQL_NAME_NOT_FOUND");
    expect(db.at("main", "SELECT id, code FROM p", scn)).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    db.restore("main", { kind: "scn", scn: dropped - 1 });
    expect(db.rows("main", "SELECT count(*) FROM p")).toEqual([[2]]);
    db.branch("f", "main", { kind: "scn", scn: dropped });
    db.execute("f", "CREATE TABLE p (id)");
  });

  it.each(["ON DELETE CASCADE", "ON DELETE SET NULL"])("and beside which others fit (%s)", (action) => {
    const statements = [...PARENT, misfit, ...fitting(action)];
    const { scn } = db.execute("main", ...statements);
    const before = TABLES.map((table) => db.rows("main", `SELECT * FROM ${table}`));
    db.execute("main", "DROP TABLE p");
    for (const sql of [...statements, "DROP TABLE p"]) plain.exec(sql);
    TABLES.forEach((table, i) => {
      expect(db.rows("main", `SELECT * FROM ${table}`)).toEqual(plain.prepare(`SELECT * FROM ${table}`).raw().all());
      expect(db.at("main", `SELECT * FROM ${table}`, scn)).toEqual(before[i]);
      const counted = db.read({ op: "listTables", request: { branch: "main" } }).find(({ name }) => name === table)!;
      expect(counted.rowCount).toBe(plain.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    });
  });

  it("and what a trigger on the referring table does is in the past, too", () => {
    const log = "CREATE TRIGGER r AFTER DELETE ON child BEGIN INSERT INTO gone VALUES (old.id); END";
    const statements = [...PARENT, misfit, ...fitting("ON DELETE CASCADE"), "CREATE TABLE gone (id)", log];
    const { scn } = db.execute("main", ...statements, "INSERT INTO gone VALUES (0)");
    db.execute("main", "DROP TABLE p");
    for (const sql of [...statements, "INSERT INTO gone VALUES (0)", "DROP TABLE p"]) plain.exec(sql);
    expect(db.rows("main", "SELECT * FROM gone")).toEqual(plain.prepare("SELECT * FROM gone").raw().all());
    expect(db.at("main", "SELECT * FROM gone", scn)).toEqual([[0]]);
    db.branch("f", "main", { kind: "scn", scn });
    db.execute("f", "CREATE TABLE made (a)");
    expect(db.rows("f", "SELECT * FROM gone")).toEqual([[0]]);
  });

  it("and is kept where a reference that fits forbids it", () => {
    db.execute("main", ...PARENT, misfit, ...fitting("ON DELETE RESTRICT"));
    expect(codeOf(() => db.execute("main", "DROP TABLE p"))).toBe("FOREIGN_KEY_VIOLATION");
    expect(db.rows("main", "SELECT count(*) FROM p, child")).toEqual([[4]]);
  });
});

it("a table that refers to nothing that is there is dropped", () => {
  db.execute("main", "CREATE TABLE c (a REFERENCES nowhere)");
  db.execute("main", "DROP TABLE c");
  expect(codeOf(() => db.rows("main", "SELECT * FROM c"))).toBe("SQL_NAME_NOT_FOUND");
});

it("a parent is dropped though a trigger on it can't be used", () => {
  db.execute(
    "main",
    "CREATE TABLE p (id INTEGER PRIMARY KEY)",
    "CREATE TABLE c (p REFERENCES p ON DELETE SET NULL)",
    "CREATE TABLE seen (id, extra)",
    "CREATE TRIGGER g AFTER DELETE ON p BEGIN INSERT INTO seen VALUES (old.id); END",
  );
  db.execute("main", "PRAGMA foreign_keys = OFF", "INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (1)");
  const { scn } = db.execute("main", "DROP TABLE p");
  expect(db.rows("main", "SELECT * FROM c")).toEqual([[null]]);
  expect(db.at("main", "SELECT * FROM p", scn - 1)).toEqual([[1]]);
});

it("a parent is dropped though a reference of its own leads to no table", () => {
  db.execute(
    "main",
    "CREATE TABLE top (id INTEGER PRIMARY KEY)",
    "CREATE TABLE p (id INTEGER PRIMARY KEY, top REFERENCES top DEFERRABLE INITIALLY DEFERRED)",
    "CREATE TABLE c (p REFERENCES p ON DELETE SET NULL)",
    "INSERT INTO p VALUES (1, NULL)",
    "INSERT INTO c VALUES (1)",
    "DROP TABLE top",
  );
  const { scn } = db.execute("main", "DROP TABLE p");
  expect(db.rows("main", "SELECT * FROM c")).toEqual([[null]]);
  expect(db.at("main", "SELECT * FROM p", scn - 1)).toEqual([[1, null]]);
  expect(db.at("main", "SELECT * FROM c", scn - 1)).toEqual([[1]]);
});
