import { HeliosError, type TransactionOperation } from "@heliosdb/port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BranchBusy, copyFiles, finishFile, type ResultOf } from "../../src/index.js";
import { plain } from "../support/plain.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v UNIQUE)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
  db.branch("dev");
  db.execute("dev", "CREATE TABLE of_dev (x)");
});
afterEach(() => db.dispose());

const open = (id: string, branch = "main", expectedScn?: number) =>
  db.control({ op: "openTransaction", request: { branch, id, expectedScn } });
const run = <O extends TransactionOperation>(id: string, operation: O): ResultOf<O["op"]> =>
  db.writer.inTransaction(id, operation);
const execute = (id: string, ...sql: string[]) =>
  plain(
    run(id, {
      op: "execute",
      request: { branch: "main", author: "x", statements: sql.map((each) => ({ sql: each })), queries: true },
    }),
  );
const rows = (id: string, sql: string) => plain(run(id, { op: "query", request: { branch: "main", sql } })).rows;
const commit = (id: string, message: string | null = null) =>
  db.writer.endTransaction(id, { end: "commit", author: "ann", message });
const rollBack = (id: string) => db.writer.endTransaction(id, { end: "roll back" });
const ALL = "SELECT id, v FROM t ORDER BY id";

describe("a transaction", () => {
  it("sees its own writes, which nobody else sees before the commit, and is one commit", () => {
    const before = db.info("main").headScn;
    open("one");
    execute("one", "INSERT INTO t (v) VALUES ('c')");
    execute("one", "UPDATE t SET v = 'A' WHERE id = 1");
    execute("one", "DELETE FROM t WHERE id = 2");
    expect(rows("one", ALL)).toEqual([
      [1, "A"],
      [3, "c"],
    ]);
    expect(db.rows("main", ALL)).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    const done = commit("one", "together");
    expect(done!.changed).toBe(true);
    expect(db.rows("main", ALL)).toEqual([
      [1, "A"],
      [3, "c"],
    ]);
    expect(db.at("main", ALL, before)).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    const [entry] = db.read({ op: "history", request: { branch: "main", limit: 1 } }).entries;
    expect(entry).toMatchObject({
      scn: done!.scn,
      author: "ann",
      message: "together",
      tables: [{ table: "t", inserted: 1, updated: 1, deleted: 1 }],
    });
  });

  it("leaves the states of other SCNs as they were, although they were given out meanwhile", () => {
    open("one");
    execute("one", "UPDATE t SET v = 'late' WHERE id = 1", "CREATE TABLE made (x)");
    execute("one", "INSERT INTO made VALUES (1)", "ALTER TABLE t ADD COLUMN w DEFAULT 5");
    const other = db.execute("dev", "INSERT INTO t VALUES (7, 'dev')").scn;
    execute("one", "UPDATE t SET w = 6 WHERE id = 2");
    const { scn } = commit("one")!;
    expect(scn).toBeGreaterThan(other);
    expect(db.at("main", "SELECT * FROM t ORDER BY id", other)).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    expect(codeOf(() => db.at("main", "SELECT * FROM made", other))).toBe("SQL_NAME_NOT_FOUND");
    expect(db.at("main", "SELECT * FROM t ORDER BY id", scn)).toEqual([
      [1, "late", 5],
      [2, "b", 6],
    ]);
    db.execute("main", "UPDATE t SET v = id || 'later', w = 0", "DROP TABLE made");
    expect(db.at("main", "SELECT *, (SELECT x FROM made) FROM t ORDER BY id", scn)).toEqual([
      [1, "late", 5, 1],
      [2, "b", 6, 1],
    ]);
  });

  it("goes on after a statement that failed, which had no effect", () => {
    open("one");
    execute("one", "INSERT INTO t VALUES (3, 'c')");
    expect(codeOf(() => execute("one", "INSERT INTO t VALUES (4, 'd')", "INSERT INTO t VALUES (5, 'a')"))).toBe(
      "UNIQUE_VIOLATION",
    );
    expect(codeOf(() => execute("one", "CREATE TABLE other (x)", "INSERT INTO nowhere VALUES (1)"))).toBe(
      "SQL_NAME_NOT_FOUND",
    );
    expect(codeOf(() => execute("one", "SELECT * FROM other"))).toBe("SQL_NAME_NOT_FOUND");
    execute("one", "UPDATE t SET v = 'x' WHERE id = 1");
    const before = db.info("main").headScn;
    commit("one");
    expect(db.rows("main", ALL)).toEqual([
      [1, "x"],
      [2, "b"],
      [3, "c"],
    ]);
    expect(db.at("main", ALL, before)).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
  });

  it("keeps a row's log through savepoints that are rolled back", () => {
    const before = db.info("main").headScn;
    open("one");
    execute("one", "SAVEPOINT s");
    execute("one", "UPDATE t SET v = 'x' WHERE id = 1");
    execute("one", "ALTER TABLE t ADD COLUMN w");
    execute("one", "ROLLBACK TRANSACTION TO SAVEPOINT S");
    expect(rows("one", "SELECT * FROM t WHERE id = 1")).toEqual([[1, "a"]]);
    execute("one", "UPDATE t SET v = 'y' WHERE id = 1");
    execute("one", "SAVEPOINT inner_one");
    execute("one", "DELETE FROM t");
    execute("one", "ROLLBACK TO inner_one");
    execute("one", "RELEASE s");
    expect(codeOf(() => execute("one", "RELEASE inner_one"))).toBe("SQL_ERROR");
    commit("one");
    expect(db.rows("main", ALL)).toEqual([
      [1, "y"],
      [2, "b"],
    ]);
    expect(db.at("main", ALL, before)).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
  });

  it("that changed nothing in the end makes no commit", () => {
    const { headScn } = db.info("main");
    open("one");
    execute("one", "SAVEPOINT s");
    execute("one", "DELETE FROM t");
    execute("one", "ROLLBACK TO s");
    expect(commit("one")).toMatchObject({ scn: headScn, changed: false });
    expect(db.info("main").headScn).toBe(headScn);
  });

  it("knows what its last write was", () => {
    open("one");
    execute("one", "INSERT INTO t (v) VALUES ('c')");
    execute("one", "CREATE TABLE child (parent, n INTEGER PRIMARY KEY)");
    execute("one", "INSERT INTO child (parent) VALUES (last_insert_rowid()), (last_insert_rowid( ))");
    expect(rows("one", "SELECT last_insert_rowid(), changes(), total_changes()")).toEqual([[2, 2, 3]]);
    expect(rows("one", "SELECT * FROM child")).toEqual([
      [3, 1],
      [3, 2],
    ]);
  });

  it("reads pages of a table as they are in it", () => {
    open("one");
    execute("one", "INSERT INTO t VALUES (3, 'c'), (4, 'd')");
    const page = (cursor?: string) => {
      const request = {
        branch: "main",
        table: "t",
        limit: 3,
        offset: 0,
        includeTotal: true,
        ...(cursor && { cursor }),
      };
      return plain(run("one", { op: "readTable", request }));
    };
    const first = page();
    expect(first).toMatchObject({ total: 4, hasMore: true });
    expect(page(first.next!).rows).toEqual([[4, "d"]]);
    const outside = db.page("t", { limit: 1 }).next!;
    expect(codeOf(() => page(outside))).toBe("INVALID_CURSOR");
  });

  it("refuses what can't be done in it", () => {
    open("one");
    const refused = (...sql: string[]) => codeOf(() => execute("one", ...sql));
    expect(refused("BEGIN")).toBe("TRANSACTION_CONTROL");
    expect(refused("COMMIT")).toBe("TRANSACTION_CONTROL");
    expect(refused("ROLLBACK")).toBe("TRANSACTION_CONTROL");
    expect(refused("SAVEPOINT")).toBe("INVALID_SQL");
    expect(refused("SAVEPOINT a b")).toBe("INVALID_SQL");
    expect(refused("SAVEPOINT _helios_member")).toBe("SQL_NOT_ALLOWED");
    expect(refused("RELEASE nothing")).toBe("SQL_ERROR");
    expect(refused("PRAGMA foreign_keys = OFF", "DELETE FROM t")).toBe("SQL_NOT_ALLOWED");
    expect(codeOf(() => rows("one", "SELECT * FROM t AS OF SCN 1"))).toBe("SQL_NOT_ALLOWED");
    expect(codeOf(() => rows("one", "SELECT * FROM sqlite_temp_master"))).toBe("SQL_NOT_ALLOWED");
    expect(codeOf(() => rows("one", "DELETE FROM t RETURNING id"))).toBe("NOT_A_QUERY");
    expect(rows("one", "SELECT name FROM sqlite_schema")).toEqual([["t"], ["sqlite_autoindex_t_1"]]);
    const at = { kind: "scn", scn: 1 } as const;
    expect(codeOf(() => run("one", { op: "query", request: { branch: "main", sql: "SELECT 1", at } }))).toBe(
      "FIELD_CONFLICT",
    );
  });
});

describe("what ends a transaction", () => {
  it.each([
    ["OR ROLLBACK", "INSERT OR ROLLBACK INTO t VALUES (9, 'a')"],
    ["RAISE(ROLLBACK)", "DELETE FROM guarded"],
  ])("%s: nothing is left, and the next request says so", (_, sql) => {
    db.execute("main", "CREATE TABLE guarded (x)", "INSERT INTO guarded VALUES (1)");
    db.execute("main", "CREATE TRIGGER g BEFORE DELETE ON guarded BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
    const { headScn } = db.info("main");
    open("one");
    execute("one", "INSERT INTO t VALUES (3, 'c')");
    expect(codeOf(() => execute("one", sql))).toBe("TRANSACTION_ABORTED");
    expect(codeOf(() => execute("one", "SELECT 1"))).toBe("TRANSACTION_LOST");
    expect(db.info("main").headScn).toBe(headScn);
    db.execute("main", "INSERT INTO t VALUES (3, 'again')");
    expect(db.rows("main", "SELECT v FROM t WHERE id = 3")).toEqual([["again"]]);
  });

  it("a deferred key that fails at the commit rolls everything back", () => {
    db.execute("main", "CREATE TABLE c (t REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
    open("one");
    execute("one", "INSERT INTO c VALUES (77)");
    expect(codeOf(() => commit("one"))).toBe("FOREIGN_KEY_VIOLATION");
    expect(codeOf(() => commit("one"))).toBe("TRANSACTION_LOST");
    db.execute("main", "INSERT INTO t VALUES (3, 'c')", "INSERT INTO c VALUES (3)");
    expect(db.rows("main", "SELECT * FROM c")).toEqual([[3]]);
  });

  it("a rollback, or the end of the process, leaves nothing", () => {
    open("one");
    execute("one", "CREATE TABLE gone (x)", "DELETE FROM t");
    expect(rollBack("one")).toBeNull();
    open("two");
    execute("two", "CREATE TABLE gone (x)", "DELETE FROM t");
    db.reopen();
    expect(codeOf(() => execute("two", "SELECT 1"))).toBe("TRANSACTION_LOST");
    expect(db.rows("main", ALL).length).toBe(2);
    expect(codeOf(() => db.rows("main", "SELECT * FROM gone"))).toBe("SQL_NAME_NOT_FOUND");
    db.execute("main", "CREATE TABLE gone (x)");
  });

  it("its commit is known by its id afterwards", () => {
    open("one");
    execute("one", "DELETE FROM t");
    const done = commit("one");
    db.reopen();
    const operation = { op: "openTransaction", request: { branch: "main", id: "one", requestId: "one" } } as const;
    expect(db.writer.outcome(operation)).toEqual(done);
  });

  it("a branch that was protected meanwhile", () => {
    open("one");
    execute("one", "DELETE FROM t");
    db.control({ op: "updateBranch", request: { branch: "main", isProtected: true } });
    expect(codeOf(() => commit("one"))).toBe("BRANCH_PROTECTED");
    expect(db.rows("main", ALL).length).toBe(2);
  });
});

describe("while a transaction is open", () => {
  const busy = (call: () => unknown) => expect(call).toThrow(BranchBusy);

  it("its branch is not written, and other branches are", () => {
    db.execute("dev", "INSERT INTO t VALUES (3, 'dev')");
    db.branch("late");
    open("one");
    execute("one", "INSERT INTO t VALUES (4, 'one')");
    busy(() => db.execute("main", "DELETE FROM t"));
    busy(() => open("two"));
    busy(() => db.merge("dev", "main"));
    busy(() => db.restore("main", { kind: "scn", scn: 1 }));
    db.execute("dev", "INSERT INTO t VALUES (5, 'more')");
    expect(db.merge("main", "dev").merged).toBe(0);
    expect(rows("one", "SELECT count(*) FROM t")).toEqual([[3]]);
    commit("one");
    expect(db.merge("dev", "main").merged).toBeGreaterThan(0);
  });

  it("its branch is cloned without what is not committed", () => {
    db.branch("late");
    open("one");
    execute("one", "INSERT INTO t VALUES (4, 'one')", "UPDATE t SET v = v || v");
    const request = { branch: "late", author: "x", statements: [{ sql: "DELETE FROM t WHERE id = 2" }] };
    const operation = { op: "execute", request } as const;
    // In this process, the clone would be read through the transaction's own connection.
    busy(() => db.writer.write([operation]));
    const job = db.writer.prepare(operation)!;
    busy(() => execute("one", "DELETE FROM t"));
    busy(() => commit("one"));
    copyFiles(job);
    db.writer.copied(job);
    execute("one", "DELETE FROM t WHERE id = 1");
    finishFile(job);
    db.writer.finish(job);
    db.write(operation);
    expect(db.rows("late", ALL)).toEqual([[1, "a"]]);
    commit("one");
    expect(db.rows("main", ALL)).toEqual([
      [2, "bb"],
      [4, "oneone"],
    ]);
  });

  it("its branch is neither deleted nor reset nor expired, and its history is kept", () => {
    db.execute("dev", "INSERT INTO t VALUES (3, 'dev')");
    const soon = Date.now() * 1000 + 200_000;
    db.control({ op: "updateBranch", request: { branch: "dev", expiresAt: soon } });
    open("one", "dev");
    execute("one", "INSERT INTO t VALUES (4, 'one')");
    busy(() => db.control({ op: "deleteBranch", request: { branch: "dev" } }));
    busy(() => db.control({ op: "resetBranch", request: { branch: "dev", to: "parent", author: "x" } }));
    busy(() => db.merge("dev", "main", "auto", { deleteSource: true }));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    expect(db.maintain().expired).toBe(0);
    commit("one");
    expect(db.rows("dev", "SELECT v FROM t WHERE id = 4")).toEqual([["one"]]);
    expect(db.maintain().expired).toBe(1);
  });

  it("more than a hundred of them are open at once", () => {
    const ids = Array.from({ length: 120 }, (_, i) => `b${i}`);
    for (const id of ids) db.branch(id);
    for (const id of ids) {
      open(id, id);
      execute(id, `INSERT INTO t (v) VALUES ('${id}')`);
    }
    expect(db.writer.openTransactions).toBe(120);
    for (const id of ids) commit(id);
    for (const id of ids) expect(db.rows(id, "SELECT v FROM t WHERE id = 3")).toEqual([[id]]);
    expect(db.writer.openTransactions).toBe(0);
  });

  it("one that was read at another state is refused", () => {
    const { headScn } = db.info("main");
    db.execute("main", "INSERT INTO t VALUES (3, 'c')");
    expect(codeOf(() => open("one", "main", headScn))).toBe("TRANSACTION_CONFLICT");
    expect(open("one", "main", db.info("main").headScn).scn).toBe(db.info("main").headScn);
    expect(() =>
      db.writer.inTransaction("other", { op: "query", request: { branch: "main", sql: "SELECT 1" } }),
    ).toThrow(HeliosError);
  });
});
