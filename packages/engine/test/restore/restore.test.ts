import { afterEach, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
afterEach(() => db.dispose());

const scn = (n: number) => ({ kind: "scn", scn: n }) as const;

function shop(): number {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER)");
  return db.execute("main", "INSERT INTO items VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)").scn;
}
const items = (at?: ReturnType<typeof scn>, branch = "main") => db.rows(branch, "SELECT * FROM items ORDER BY id", at);

it("brings rows back by one commit and keeps what was between readable", () => {
  const then = shop();
  const later = db.execute("main", "UPDATE items SET name = 'x' || name", "DELETE FROM items WHERE id = 2").scn;
  db.execute("main", "INSERT INTO items VALUES (9, 'new', 9)");
  const restored = db.restore("main", scn(then));
  expect(restored).toMatchObject({ changed: true, restoredScn: then, backup: null, dryRun: false });
  expect(restored.tables).toEqual([{ table: "items", inserted: 1, updated: 2, deleted: 1 }]);
  expect(items()).toEqual([
    [1, "a", 1],
    [2, "b", 2],
    [3, "c", 3],
  ]);
  expect(items(scn(later))).toEqual([
    [1, "xa", 1],
    [3, "xc", 3],
  ]);
  expect(items(scn(restored.scn - 1))).toEqual([
    [1, "xa", 1],
    [3, "xc", 3],
    [9, "new", 9],
  ]);
  expect(db.info("main").stats.rows).toBe(3);
});

it("writes only the rows that differ, unique values that changed places too", () => {
  const then = shop();
  db.execute(
    "main",
    "UPDATE items SET name = 'tmp' WHERE id = 1",
    "UPDATE items SET name = 'a' WHERE id = 2",
    "UPDATE items SET name = 'b' WHERE id = 1",
    "UPDATE items SET n = 3 WHERE id = 3",
  );
  expect(db.restore("main", scn(then)).tables).toEqual([{ table: "items", inserted: 0, updated: 2, deleted: 0 }]);
  expect(items()).toEqual([
    [1, "a", 1],
    [2, "b", 2],
    [3, "c", 3],
  ]);
});

it("makes no commit where nothing differs, and leaves no backup behind", () => {
  const then = shop();
  expect(db.restore("main", scn(then), { backup: {} })).toMatchObject({ changed: false, scn: then, backup: null });
  expect(db.read({ op: "listBranches", request: {} }).map(({ name }) => name)).toEqual(["main"]);
});

it("says in a dry run what it would do, and does nothing", () => {
  const then = shop();
  const head = db.execute("main", "DELETE FROM items").scn;
  const dry = db.restore("main", scn(then), { dryRun: true, backup: { name: "saved" } });
  expect(dry).toMatchObject({ changed: false, dryRun: true, scn: head, backup: null });
  expect(dry.tables).toEqual([{ table: "items", inserted: 3, updated: 0, deleted: 0 }]);
  expect(items()).toEqual([]);
  expect(codeOf(() => db.info("saved"))).toBe("BRANCH_NOT_FOUND");
});

it("keeps the backup of a restore whose backup was reset to its parent, when the database is opened again", () => {
  const then = shop();
  db.execute("main", "DELETE FROM items WHERE id < 3");
  const { backup } = db.restore("main", scn(then), { backup: { name: "saved" } });
  db.control({ op: "resetBranch", request: { branch: "saved", to: "parent", author: "test" } });
  db.reopen();
  expect(db.info("saved").id).toBe(backup!.id);
  expect(items(undefined, "saved")).toEqual(items());
});

it("makes a backup branch of what was before, and names it", () => {
  const then = shop();
  const head = db.execute("main", "DELETE FROM items WHERE id < 3").scn;
  const { backup } = db.restore("main", scn(then), { backup: {} });
  expect(backup).toMatchObject({ name: `main-backup-${head}`, headScn: head });
  expect(items(undefined, backup!.name)).toEqual([[3, "c", 3]]);
  db.execute(backup!.name, "INSERT INTO items VALUES (4, 'd', 4)");
  expect(items(undefined, backup!.name)).toEqual([
    [3, "c", 3],
    [4, "d", 4],
  ]);
  expect(items()).toHaveLength(3);
});

it("refuses a backup name that is taken, before anything is changed", () => {
  const then = shop();
  db.branch("saved");
  db.execute("main", "DELETE FROM items");
  expect(codeOf(() => db.restore("main", scn(then), { backup: { name: "saved" } }))).toBe("BRANCH_EXISTS");
  expect(items()).toEqual([]);
});

it("does it once for one request id", () => {
  const then = shop();
  db.execute("main", "DELETE FROM items");
  const first = db.restore("main", scn(then), { requestId: "r1", backup: {} });
  db.execute("main", "DELETE FROM items");
  expect(db.restore("main", scn(then), { requestId: "r1", backup: {} })).toEqual(first);
  expect(items()).toEqual([]);
});

it("refuses another head than the caller knows, a protected and a read-only branch", () => {
  const then = shop();
  db.execute("main", "DELETE FROM items");
  expect(codeOf(() => db.restore("main", scn(then), { ifScn: then }))).toBe("TARGET_MOVED");
  db.control({ op: "updateBranch", request: { branch: "main", isProtected: true } });
  expect(codeOf(() => db.restore("main", scn(then)))).toBe("BRANCH_PROTECTED");
  db.control({ op: "updateBranch", request: { branch: "main", isProtected: false, readOnly: true } });
  expect(codeOf(() => db.restore("main", scn(then)))).toBe("BRANCH_READ_ONLY");
});

it("undoes a dropped table, with its indexes, triggers and views", () => {
  shop();
  const then = db.execute(
    "main",
    "CREATE INDEX by_n ON items (n)",
    "CREATE VIEW big AS SELECT * FROM items WHERE n > 1",
    "CREATE TABLE log (what)",
    "CREATE TRIGGER t AFTER INSERT ON items BEGIN INSERT INTO log VALUES (new.name); END",
  ).scn;
  const dropped = db.execute("main", "DROP VIEW big", "DROP TABLE items").scn;
  db.restore("main", scn(then));
  expect(db.rows("main", "SELECT name FROM big ORDER BY id")).toEqual([["b"], ["c"]]);
  db.execute("main", "INSERT INTO items VALUES (4, 'd', 4)");
  expect(db.rows("main", "SELECT * FROM log")).toEqual([["d"]]);
  expect(codeOf(() => items(scn(dropped)))).toBe("SQL_NAME_NOT_FOUND");
  expect(items(scn(then))).toHaveLength(3);
  expect(db.execute("main", "UPDATE items SET n = 0").results[0]!.affectedRows).toBe(4);
  expect(items(scn(then))).toEqual([
    [1, "a", 1],
    [2, "b", 2],
    [3, "c", 3],
  ]);
});

it("counts the rows of tables that come back and of tables that go, in the dry run and in the history", () => {
  const then = shop();
  const changes = () =>
    db.read({ op: "history", request: { branch: "main", limit: 1 } }).entries.map(({ tables }) => tables)[0];
  db.execute(
    "main",
    "CREATE TABLE more AS SELECT * FROM items WHERE id < 3",
    "CREATE TABLE child (id INTEGER PRIMARY KEY, item REFERENCES items)",
    "INSERT INTO child VALUES (1, 1)",
  );
  const both = [
    { table: "more", inserted: 2, updated: 0, deleted: 0 },
    { table: "child", inserted: 1, updated: 0, deleted: 0 },
  ];
  expect(changes()).toEqual(expect.arrayContaining(both));
  const all = db.info("main").headScn;
  db.execute("main", "DROP TABLE child");
  expect(changes()).toEqual([{ table: "child", inserted: 0, updated: 0, deleted: 1 }]);
  db.execute("main", "DELETE FROM items WHERE id = 3", "DROP TABLE items");
  expect(changes()).toEqual([{ table: "items", inserted: 0, updated: 0, deleted: 3 }]);
  const expected = [
    { table: "items", inserted: 3, updated: 0, deleted: 0 },
    { table: "more", inserted: 0, updated: 0, deleted: 2 },
  ];
  const byName = (tables: readonly { table: string }[]) => [...tables].sort((a, b) => (a.table < b.table ? -1 : 1));
  expect(byName(db.restore("main", scn(then), { dryRun: true }).tables)).toEqual(expected);
  expect(byName(db.restore("main", scn(then)).tables)).toEqual(expected);
  expect(byName(changes()!)).toEqual(expected);
  expect(items()).toHaveLength(3);
  expect(db.info("main").stats.rows).toBe(3);
  expect(byName(db.restore("main", scn(all)).tables)).toEqual(byName(both));
});

it("counts what a rebuild did to the rows of its table", () => {
  shop();
  db.execute(
    "main",
    "CREATE TABLE rebuilt (id INTEGER PRIMARY KEY, name TEXT)",
    "INSERT INTO rebuilt SELECT id, name FROM items WHERE id < 3",
    "DROP TABLE items",
    "ALTER TABLE rebuilt RENAME TO items",
  );
  const { entries } = db.read({ op: "history", request: { branch: "main", limit: 1 } });
  expect(entries[0]!.tables).toEqual([{ table: "items", inserted: 0, updated: 2, deleted: 1 }]);
});

it("counts the rows of a table that was written and dropped in one commit", () => {
  const then = shop();
  const insert = (id: number) => `INSERT INTO items VALUES (${id}, 'n${id}', 0)`;
  db.execute("main", insert(9), "DELETE FROM items WHERE id IN (1, 2)", "DROP TABLE items");
  const back = db.restore("main", scn(then));
  expect(back.tables).toEqual([{ table: "items", inserted: 3, updated: 0, deleted: 0 }]);
  expect(db.info("main").stats.rows).toBe(3);
  // Under another name it was put aside in another shape, and is made anew.
  db.execute("main", "ALTER TABLE items RENAME TO goods", "DELETE FROM goods", "DROP TABLE goods");
  expect(db.restore("main", scn(back.scn)).changed).toBe(true);
  expect(items()).toHaveLength(3);
  expect(db.info("main").stats.rows).toBe(3);
});

it("undoes a dropped column, and back again", () => {
  const then = shop();
  const without = db.execute("main", "ALTER TABLE items DROP COLUMN n").scn;
  db.execute("main", "INSERT INTO items VALUES (4, 'd')", "DELETE FROM items WHERE id = 1");
  const between = db.read({ op: "getBranch", request: { branch: "main" } }).headScn;
  const restored = db.restore("main", scn(then));
  expect(items()).toEqual([
    [1, "a", 1],
    [2, "b", 2],
    [3, "c", 3],
  ]);
  expect(items(scn(without))).toEqual([
    [1, "a"],
    [2, "b"],
    [3, "c"],
  ]);
  db.restore("main", scn(between));
  expect(items()).toEqual([
    [2, "b"],
    [3, "c"],
    [4, "d"],
  ]);
  expect(items(scn(restored.scn))).toEqual([
    [1, "a", 1],
    [2, "b", 2],
    [3, "c", 3],
  ]);
});

it("leaves the past of a column that was made again under the name of one before it", () => {
  db = new TestDatabase();
  const then = db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)").scn;
  db.execute("main", "ALTER TABLE t RENAME COLUMN a TO x");
  db.execute("main", "DROP TABLE t");
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)");
  const between = db.execute("main", "INSERT INTO t VALUES (4, 1, 2)").scn;
  db.restore("main", scn(then));
  expect(db.rows("main", "SELECT * FROM t")).toEqual([]);
  expect(db.at("main", "SELECT a, b FROM t", between)).toEqual([[1, 2]]);
});

it("undoes renames that exchanged two tables", () => {
  const then = shop();
  db.execute("main", "CREATE TABLE other (id INTEGER PRIMARY KEY)", "INSERT INTO other VALUES (7)");
  const both = db.info("main").headScn;
  const swapped = db.execute(
    "main",
    "ALTER TABLE items RENAME TO tmp",
    "ALTER TABLE other RENAME TO items",
    "ALTER TABLE tmp RENAME TO other",
    "INSERT INTO items VALUES (8)",
  ).scn;
  db.restore("main", scn(both));
  expect(items()).toHaveLength(3);
  expect(db.rows("main", "SELECT * FROM other")).toEqual([[7]]);
  expect(items(scn(swapped))).toEqual([[7], [8]]);
  db.restore("main", scn(then));
  expect(codeOf(() => db.rows("main", "SELECT * FROM other"))).toBe("SQL_NAME_NOT_FOUND");
  db.restore("main", scn(swapped));
  expect(items()).toEqual([[7], [8]]);
});

it("brings rows with foreign keys back without cascades", () => {
  db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE p (id INTEGER PRIMARY KEY)",
    "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE)",
    "INSERT INTO p VALUES (1), (2)",
    "INSERT INTO c VALUES (1, 1), (2, 2)",
  );
  const then = db.info("main").headScn;
  db.execute("main", "DELETE FROM p WHERE id = 1");
  expect(db.rows("main", "SELECT id FROM c")).toEqual([[2]]);
  const dropped = db.execute("main", "DROP TABLE c", "DROP TABLE p").scn;
  db.restore("main", scn(then));
  expect(db.rows("main", "SELECT id, p FROM c ORDER BY id")).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(codeOf(() => db.execute("main", "INSERT INTO c VALUES (3, 9)"))).toBe("FOREIGN_KEY_VIOLATION");
  expect(codeOf(() => db.at("main", "SELECT * FROM p", dropped))).toBe("SQL_NAME_NOT_FOUND");
});

it("never gives out an AUTOINCREMENT number again", () => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, v)");
  const empty = db.info("main").headScn;
  db.execute("main", "INSERT INTO a (v) VALUES (1), (2), (3)");
  db.execute("main", "DROP TABLE a");
  db.restore("main", scn(empty));
  db.execute("main", "INSERT INTO a (v) VALUES (4)");
  expect(db.rows("main", "SELECT * FROM a")).toEqual([[4, 4]]);
});

it("is found by a merge as a change like any other", () => {
  const then = shop();
  db.branch("dev");
  db.execute("dev", "UPDATE items SET n = 100 WHERE id = 1");
  db.merge("dev", "main");
  db.restore("dev", scn(then));
  expect(items(undefined, "dev")[0]).toEqual([1, "a", 1]);
  db.merge("dev", "main");
  expect(items()[0]).toEqual([1, "a", 1]);
});

it("counts the rows of a table that comes back to a file whose rewinding forgot it", () => {
  shop();
  db.control({ op: "createBranch", request: { name: "work", parent: "main" } });
  const had = db.execute("work", "INSERT INTO items VALUES (4, 'd', 4)").scn;
  db.control({ op: "createSnapshot", request: { branch: "work", at: scn(had), author: "test" } });
  db.execute("work", "CREATE TABLE others (id INTEGER PRIMARY KEY)", "DROP TABLE items");
  const without = db.execute("work", "INSERT INTO others VALUES (1)").scn;
  // Until the next merge, history goes back to this one: of the table's two lives, the first is out of reach.
  db.merge("work", "main", "auto");
  db.restore("work", scn(had));
  db.control({ op: "setRetention", request: { historyMs: 0, historyBytes: null } });
  db.maintain();
  db.control({ op: "resetBranch", request: { branch: "work", to: "self", at: scn(without), author: "test" } });
  const { tables } = db.restore("work", scn(had));
  expect(tables).toContainEqual({ table: "items", inserted: 4, updated: 0, deleted: 0 });
  expect(items(undefined, "work")).toHaveLength(4);
  const listed = db.read({ op: "listTables", request: { branch: "work" } });
  expect(listed).toMatchObject([{ name: "items", rowCount: 4 }]);
});
