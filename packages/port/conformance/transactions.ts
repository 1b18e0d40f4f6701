import { expect } from "vitest";
import { AUTHOR, type Case, cases, commit, rows } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER, TIME } from "./matchers.js";

type Subject = Parameters<Case["run"]>[0];
type Begin = Partial<Parameters<Subject["db"]["beginTransaction"]>[0]>;

const OWNER = "somebody";

/** Everything that is known of one that somebody has begun on main. */
const infoOf = (mode: string, state: string) => ({
  id: expect.stringMatching(/^txn_/),
  branch: { id: expect.stringMatching(/^br_/), name: "main" },
  mode,
  state,
  owner: OWNER,
  scn: NUMBER,
  beganAt: TIME,
  expiresAt: TIME,
  endsAt: TIME,
});

async function begin({ db }: Pick<Subject, "db">, more: Begin = {}) {
  const info = await db.beginTransaction({ branch: "main", mode: "write", owner: OWNER, author: AUTHOR, ...more });
  const ref = { branch: "main", transaction: info.id, owner: OWNER };
  return {
    info,
    ref,
    execute: async (...sql: string[]) => {
      const request = { branch: "main", author: AUTHOR, statements: sql.map((text) => ({ sql: text })) };
      return (await db.inTransaction({ ...ref, operation: { op: "execute", request } })).result;
    },
    query: async (sql: string) => {
      const request = { branch: "main", sql };
      return (await db.inTransaction({ ...ref, operation: { op: "query", request } })).result;
    },
    end: (end: "commit" | "roll back", message?: string) => db.endTransaction({ ...ref, end, message }),
  };
}

export const TRANSACTION_CASES = cases("transactions", {
  "see what they wrote, and are one commit": async ({ db }) => {
    const { scn } = await commit(
      db,
      "main",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
      "INSERT INTO t VALUES (1, 'a')",
    );
    const one = await begin({ db });
    expect(one.info).toStrictEqual({ ...infoOf("write", "writing"), scn });
    expect(one.info.endsAt).toBeGreaterThan(one.info.expiresAt);
    const insert = { branch: "main", author: AUTHOR, statements: [{ sql: "INSERT INTO t (v) VALUES ('b')" }] };
    const { result: written, transaction } = await db.inTransaction({
      ...one.ref,
      operation: { op: "execute", request: insert },
    });
    expect(transaction).toStrictEqual({ ...infoOf("write", "writing"), scn });
    expect(written).toStrictEqual({
      results: [{ statementType: "INSERT", affectedRows: 1, lastInsertId: 2n }],
      scn,
      timestamp: TIME,
      changed: true,
    });
    expect(await one.query("SELECT * FROM t")).toStrictEqual({
      columns: [
        { name: "id", type: "int4", declared: "INTEGER" },
        { name: "v", type: "text", declared: null },
      ],
      rows: [
        [1n, "a"],
        [2n, "b"],
      ],
      truncated: false,
      scn,
    });
    expect(await rows(db, "main", "SELECT id FROM t")).toStrictEqual([[1n]]);
    const { commit: made } = await one.end("commit", "both");
    expect(made).toStrictEqual({ scn: NUMBER, timestamp: TIME, changed: true });
    expect(await rows(db, "main", "SELECT id FROM t")).toStrictEqual([[1n], [2n]]);
    expect(await one.end("commit")).toStrictEqual({ id: one.info.id, commit: made });
    const { entries } = await db.history({ branch: "main", limit: 1 });
    expect(entries).toMatchObject([{ scn: made!.scn, message: "both", author: AUTHOR }]);
  },

  "leave nothing when they are rolled back": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    const one = await begin({ db });
    await one.execute("INSERT INTO t VALUES (1)", "CREATE TABLE u (x)");
    expect(await one.end("roll back")).toStrictEqual({ id: one.info.id, commit: null });
    expect(await one.end("roll back")).toStrictEqual({ id: one.info.id, commit: null });
    await refused("TRANSACTION_NOT_FOUND", one.query("SELECT 1"));
    await refused("TRANSACTION_NOT_FOUND", one.end("commit"));
    expect((await db.listTables({ branch: "main" })).map(({ name }) => name)).toStrictEqual(["t"]);
    expect(await rows(db, "main", "SELECT id FROM t")).toStrictEqual([]);
  },

  "go on after a statement that failed": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    const one = await begin({ db });
    await refused("UNIQUE_VIOLATION", one.execute("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)"));
    await one.execute("SAVEPOINT s");
    await one.execute("INSERT INTO t VALUES (2)");
    await one.execute("ROLLBACK TO s");
    await one.execute("INSERT INTO t VALUES (3)");
    await one.end("commit");
    expect(await rows(db, "main", "SELECT id FROM t")).toStrictEqual([[3n]]);
  },

  "have their branch to themselves while they write": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    // If that were not refused soon, the first would expire, and the second begin.
    const brief = await begin({ db }, { idleMs: 2_000 });
    expect(brief.info.expiresAt - brief.info.beganAt).toBeLessThan(9_000_000);
    await refused("BRANCH_BUSY", begin({ db }, { waitMs: 20 }));
    await brief.end("roll back");
    const one = await begin({ db });
    const waiting = commit(db, "main", "INSERT INTO t VALUES (2)");
    await one.execute("INSERT INTO t VALUES (1)");
    const { commit: first } = await one.end("commit");
    expect((await waiting).scn).toBeGreaterThan(first!.scn);
  },

  "read one state, and may write if it is still the branch's": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    const [reading, late] = [await begin({ db }, { mode: "read" }), await begin({ db }, { mode: "deferred" })];
    await late.query("SELECT * FROM t");
    const first = await begin({ db }, { mode: "deferred" });
    await first.execute("INSERT INTO t VALUES (1)");
    await first.end("commit");
    expect((await reading.query("SELECT * FROM t")).rows).toStrictEqual([]);
    await refused("FIELD_CONFLICT", reading.execute("INSERT INTO t VALUES (2)"));
    const error = await refused("TRANSACTION_CONFLICT", late.execute("INSERT INTO t VALUES (2)"));
    expect(error.data.scn).toBeGreaterThan(late.info.scn);
    expect(await reading.end("commit")).toMatchObject({ commit: { scn: reading.info.scn, changed: false } });
    await late.end("roll back");
  },

  "belong to their owner, and to their branch": async ({ db }) => {
    const one = await begin({ db }, { mode: "read", totalMs: 70_000 });
    expect(one.info.endsAt - one.info.beganAt).toBe(70_000_000);
    await db.createBranch({ name: "dev" });
    const elsewhere = { ...one.ref, branch: "dev" };
    const operation = { op: "query", request: { branch: "dev", sql: "SELECT 1" } } as const;
    await refused("TRANSACTION_NOT_FOUND", db.inTransaction({ ...elsewhere, operation }));
    await refused("TRANSACTION_NOT_FOUND", db.getTransaction(elsewhere));
    await refused("TRANSACTION_NOT_FOUND", db.renewTransaction(elsewhere));
    await refused("TRANSACTION_NOT_FOUND", db.endTransaction({ ...elsewhere, end: "roll back" }));
    expect(await db.listTransactions({ branch: "dev", owner: null })).toStrictEqual([]);
    await refused("BRANCH_NOT_FOUND", db.listTransactions({ branch: "nowhere", owner: null }));
    const onDev = await db.beginTransaction({ branch: "dev", mode: "read", owner: OWNER, author: AUTHOR });
    expect(onDev.branch.name).toBe("dev");
    await db.endTransaction({ branch: "dev", transaction: onDev.id, owner: OWNER, end: "roll back" });
    const theirs = { ...one.ref, owner: "another" };
    await refused("TRANSACTION_NOT_FOUND", db.getTransaction(theirs));
    await refused("TRANSACTION_NOT_FOUND", db.renewTransaction(theirs));
    expect(await db.listTransactions({ branch: "main", owner: "another" })).toStrictEqual([]);
    const whole = { ...infoOf("read", "reading"), id: one.info.id };
    expect(await db.listTransactions({ branch: "main", owner: null })).toStrictEqual([whole]);
    const renewed = await db.renewTransaction({ ...one.ref, idleMs: 30_000 });
    expect(renewed).toStrictEqual(whole);
    expect(renewed.expiresAt - one.info.expiresAt).toBeGreaterThan(15_000_000);
    expect(await db.getTransaction(one.ref)).toStrictEqual(whole);
    await db.endTransaction({ ...one.ref, owner: null, end: "roll back" });
  },

  "keep their branch from being deleted, except by force": async ({ db }) => {
    await db.createBranch({ name: "dev" });
    const onDev = { branch: "dev", owner: OWNER };
    const { id: transaction } = await db.beginTransaction({ ...onDev, mode: "write", author: AUTHOR });
    await refused("BRANCH_BUSY", db.deleteBranch({ branch: "dev" }));
    expect((await db.deleteBranch({ branch: "dev", force: true })).state).toBe("deleted");
    await db.createBranch({ name: "dev" });
    await refused("TRANSACTION_NOT_FOUND", db.getTransaction({ ...onDev, transaction }));
    const reading = await db.beginTransaction({ ...onDev, mode: "read", author: AUTHOR });
    await refused("BRANCH_BUSY", db.deleteBranch({ branch: "dev" }));
    await db.endTransaction({ ...onDev, transaction: reading.id, end: "roll back" });
    expect((await db.deleteBranch({ branch: "dev" })).state).toBe("deleted");
  },

  "can be without foreign keys, which are checked at the commit": async ({ db }) => {
    await commit(
      db,
      "main",
      "CREATE TABLE p (id INTEGER PRIMARY KEY)",
      "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE)",
      "INSERT INTO p VALUES (1)",
      "INSERT INTO c VALUES (1)",
    );
    const rebuild = await begin({ db }, { foreignKeys: false });
    await rebuild.execute("CREATE TABLE new_p (id INTEGER PRIMARY KEY, v DEFAULT 7)");
    await rebuild.execute("INSERT INTO new_p (id) SELECT id FROM p");
    await rebuild.execute("DROP TABLE p");
    await rebuild.execute("ALTER TABLE new_p RENAME TO p");
    await rebuild.end("commit");
    expect(await rows(db, "main", "SELECT p.v FROM c JOIN p ON p.id = c.p")).toStrictEqual([[7n]]);
    const broken = await begin({ db }, { foreignKeys: false });
    await broken.execute("DELETE FROM p");
    const error = await refused("FOREIGN_KEY_VIOLATION", broken.end("commit"));
    expect(error.data).toMatchObject({ table: "c" });
    expect(await rows(db, "main", "SELECT id FROM p")).toStrictEqual([[1n]]);
    await refused("FOREIGN_KEY_VIOLATION", commit(db, "main", "INSERT INTO c VALUES (9)"));
  },

  "describe statements as they are in them": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(9))");
    const describe = (sql: string) => db.describe({ branch: "main", sql });
    expect(await describe("SELECT id, v AS name, 1 FROM t WHERE id = ?2 AND v = :v AND v <> :v")).toStrictEqual({
      parameters: [null, "?2", ":v"],
      columns: [
        { name: "id", declared: "INTEGER" },
        { name: "name", declared: "VARCHAR(9)" },
        { name: "1", declared: null },
      ],
      isReadonly: true,
      isExplain: false,
    });
    expect(await describe("INSERT INTO t VALUES (?, ?)")).toStrictEqual({
      parameters: [null, null],
      columns: [],
      isReadonly: false,
      isExplain: false,
    });
    await refused("SQL_NAME_NOT_FOUND", describe("SELECT * FROM made"));
    await db.createBranch({ name: "dev" });
    const { scn } = await commit(db, "dev", "CREATE TABLE of_dev (y REAL)");
    const onDev = { branch: "dev", sql: "SELECT * FROM of_dev" };
    expect((await db.describe(onDev)).columns).toStrictEqual([{ name: "y", declared: "REAL" }]);
    await commit(db, "dev", "DROP TABLE of_dev");
    const at = { kind: "scn", scn } as const;
    expect((await db.describe({ ...onDev, at })).columns).toStrictEqual([{ name: "y", declared: "REAL" }]);
    const one = await begin({ db });
    await one.execute("CREATE TABLE made (x TEXT)");
    const operation = { op: "describe", request: { branch: "main", sql: "SELECT * FROM made" } } as const;
    const { result } = await db.inTransaction({ ...one.ref, operation });
    const columns = [{ name: "x", declared: "TEXT" }];
    expect(result).toStrictEqual({ parameters: [], columns, isReadonly: true, isExplain: false });
    await one.end("roll back");
  },
});
