import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryFolder } from "../support/memory-folder.js";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase(memoryFolder("helios-displaced-"));
});
afterEach(() => db.dispose());

const ROWS: [number, string, number][] = [
  [1, "a", 10],
  [2, "b", 20],
  [3, "c", 30],
];
/** In each of them any row of t may be displaced by any statement, or by one that replaces. */
const SCHEMAS = [
  ["CREATE TABLE t (k INTEGER PRIMARY KEY, v, n UNIQUE ON CONFLICT REPLACE)"],
  ["CREATE TABLE t (k INT PRIMARY KEY, v, n UNIQUE ON CONFLICT REPLACE) WITHOUT ROWID"],
  ["CREATE TABLE t (k INTEGER PRIMARY KEY, v, n)", "CREATE UNIQUE INDEX t_n ON t (n + 0)"],
  ["CREATE TABLE t (k INT PRIMARY KEY ON CONFLICT REPLACE, v, n, twice AS (n * 2) UNIQUE) WITHOUT ROWID"],
  ["CREATE TABLE t (k INTEGER PRIMARY KEY, v, n DEFAULT 20 UNIQUE ON CONFLICT REPLACE)"],
];

const ALL = "SELECT k, v, n FROM t ORDER BY k";
const create = (schema: readonly string[]) =>
  db.execute("main", ...schema, ...ROWS.map(([k, v, n]) => `INSERT INTO t (k, v, n) VALUES (${k}, '${v}', ${n})`)).scn;
const newest = () => db.read({ op: "history", request: { branch: "main", limit: 1 } }).entries[0]!;

/** For each row that a commit logged in t: its state before, or "absent". */
function logged(scn: number): string[] {
  const file = new Database(join(db.directory, "branches", "b1.db"), { readonly: true });
  const logs = file.prepare("SELECT name FROM sqlite_schema WHERE name GLOB '_helios_log_*'").pluck().all() as string[];
  const states = logs.flatMap((log) => file.prepare(`SELECT p FROM ${log} WHERE scn = ? ORDER BY p`).pluck().all(scn));
  file.close();
  return states.map((p) => (p === 0 ? "absent" : p === 1 ? "image" : `unsettled ${p}`));
}

describe.each(SCHEMAS)("rows that may be displaced: %s", (...schema) => {
  it("leave no commit where they stay and nothing else is written", () => {
    create(schema);
    const before = newest();
    for (const sql of [
      "INSERT OR IGNORE INTO t (k, v, n) VALUES (1, 'x', 99)",
      "INSERT INTO t (k, v, n) VALUES (1, 'x', 99) ON CONFLICT DO NOTHING",
      "UPDATE OR IGNORE t SET k = 1 WHERE k = 2",
    ]) {
      expect(db.execute("main", sql).changed).toBe(false);
    }
    expect(newest()).toEqual(before);
    expect(db.rows("main", ALL)).toEqual(ROWS);
  });

  it("count as written only where they were", () => {
    const scn = create(schema);
    const done = db.execute(
      "main",
      "REPLACE INTO t (k, v, n) VALUES (2, 'new', 30)",
      "UPDATE t SET v = 'a' WHERE k = 1",
    );
    expect(newest().tables).toEqual([{ table: "t", inserted: 0, updated: 2, deleted: 1 }]);
    expect(logged(done.scn)).toEqual(["image", "image", "image"]);
    const other = db.execute("main", "REPLACE INTO t (k, v, n) VALUES (2, 'new', 30)");
    expect(newest().tables).toEqual([{ table: "t", inserted: 0, updated: 1, deleted: 0 }]);
    expect(logged(other.scn)).toEqual(["image"]);
    const empty = db.execute("main", "REPLACE INTO t (k, v, n) VALUES (4, 'd', NULL)");
    expect(newest().tables).toEqual([{ table: "t", inserted: 1, updated: 0, deleted: 0 }]);
    expect(logged(empty.scn).filter((state) => state !== "absent")).toEqual([]);
    expect(db.at("main", ALL, scn)).toEqual(ROWS);
  });

  it.each([
    ["CREATE INDEX t_v ON t (v)"],
    ["ALTER TABLE t ADD COLUMN w DEFAULT 5"],
    ["ALTER TABLE t DROP COLUMN v"],
    ["ALTER TABLE t RENAME COLUMN v TO w"],
    ["ALTER TABLE t RENAME TO u"],
    ["DROP TABLE t"],
    [
      "CREATE TABLE u (k INTEGER PRIMARY KEY, v, n NOT NULL)",
      "INSERT INTO u SELECT k, v, n FROM t",
      "DROP TABLE t",
      "ALTER TABLE u RENAME TO t",
      "REPLACE INTO t VALUES (3, 'c', 30)",
    ],
  ])("are settled before the schema changes in the same commit: %s", (...change) => {
    const scn = create(schema);
    const replace = "REPLACE INTO t (k, v, n) VALUES (2, 'new', 20), (3, 'c', 30)";
    const done = db.execute("main", replace, "INSERT OR IGNORE INTO t (k, v, n) VALUES (1, 'x', 99)", ...change);
    expect(logged(done.scn).filter((state) => state.startsWith("unsettled"))).toEqual([]);
    expect(db.at("main", ALL, scn)).toEqual(ROWS);
    if (change[0]!.startsWith("CREATE INDEX")) expect(logged(done.scn)).toEqual(["image", "image"]);
  });

  it("are not looked for by a merge or a restore, whatever the statement before it did", () => {
    create(schema);
    db.branch("dev");
    db.execute("dev", "INSERT INTO t (k, v, n) VALUES (4, 'd', 40)");
    const scn = db.execute("main", "REPLACE INTO t (k, v, n) VALUES (2, 'new', 20)").scn;
    const merged = db.merge("dev", "main");
    expect(logged(merged.scn).filter((state) => state !== "absent")).toEqual([]);
    db.execute("main", "REPLACE INTO t (k, v, n) VALUES (3, 'more', 30)");
    const restored = db.restore("main", { kind: "scn", scn });
    expect(logged(restored.scn)).toEqual(["image", "image"]);
    expect(db.at("main", ALL, merged.scn)).toEqual([ROWS[0], [2, "new", 20], ROWS[2], [4, "d", 40]]);
    expect(db.at("main", ALL, scn)).toEqual([ROWS[0], [2, "new", 20], ROWS[2]]);
  });

  it("are settled in a transaction that went back to a savepoint", () => {
    const scn = create(schema);
    db.control({ op: "openTransaction", request: { branch: "main", id: "one" } });
    const run = (sql: string) =>
      db.writer.inTransaction("one", {
        op: "execute",
        request: { branch: "main", author: "test", statements: [{ sql }] },
      });
    run("REPLACE INTO t (k, v, n) VALUES (2, 'new', 20)");
    run("INSERT OR IGNORE INTO t (k, v, n) VALUES (1, 'x', 99)");
    run("SAVEPOINT s");
    run("REPLACE INTO t (k, v, n) VALUES (3, 'gone', 10)");
    run("ROLLBACK TO s");
    const done = db.writer.endTransaction("one", { end: "commit", author: "test", message: null });
    expect(logged(done!.scn)).toEqual(["image"]);
    expect(newest().tables).toEqual([{ table: "t", inserted: 0, updated: 1, deleted: 0 }]);
    expect(db.at("main", ALL, scn)).toEqual(ROWS);
  });
});
