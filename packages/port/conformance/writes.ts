import { expect } from "vitest";
import { AUTHOR, cases, commit, rows, SLOW } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER, TIME } from "./matchers.js";

export const WRITE_CASES = cases("writes", {
  "are all or nothing": async ({ db }) => {
    const { scn } = await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    const error = await refused(
      "UNIQUE_VIOLATION",
      commit(db, "main", "INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (1)"),
    );
    expect(error.data).toMatchObject({ statement_index: 1, table: "t", columns: ["id"] });
    expect(error.native?.code).toBe("SQLITE_CONSTRAINT_PRIMARYKEY");
    expect(await rows(db, "main", "SELECT id FROM t")).toStrictEqual([[1n]]);
    expect((await db.query({ branch: "main", sql: "SELECT 1" })).scn).toBe(scn);
  },

  "say what each statement did": async ({ db }) => {
    const { results, changed } = await commit(
      db,
      "main",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
      "INSERT INTO t (v) VALUES ('a'), ('b')",
      "UPDATE t SET v = 'c' WHERE id = 2",
      "DELETE FROM t WHERE id = 1 RETURNING id, v",
    );
    expect(changed).toBe(true);
    expect(
      results.map(({ statementType, affectedRows, lastInsertId }) => [statementType, affectedRows, lastInsertId]),
    ).toStrictEqual([
      ["CREATE_TABLE", 0, null],
      ["INSERT", 2, 2n],
      ["UPDATE", 1, null],
      ["DELETE", 1, null],
    ]);
    expect(results[3]!.returning).toStrictEqual({
      columns: [
        { name: "id", type: "int4", declared: "INTEGER" },
        { name: "v", type: "text", declared: "TEXT" },
      ],
      rows: [[1n, "a"]],
      truncated: false,
    });
  },

  "give no insert id where no rowid was given out": async ({ db }) => {
    await commit(
      db,
      "main",
      "CREATE TABLE t (id INTEGER PRIMARY KEY)",
      "CREATE TABLE w (k TEXT PRIMARY KEY) WITHOUT ROWID",
    );
    const { results } = await commit(
      db,
      "main",
      "INSERT INTO t VALUES (7)",
      "INSERT INTO w VALUES ('x')",
      "INSERT OR IGNORE INTO t VALUES (7)",
      "INSERT INTO t VALUES (9) RETURNING id",
    );
    expect(results.map(({ lastInsertId }) => lastInsertId)).toStrictEqual([7n, null, null, 9n]);
  },

  "can read in their middle, where that is asked for": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (v)");
    const statements = ["INSERT INTO t VALUES (1)", "SELECT count(*) FROM t", "INSERT INTO t VALUES (2)"].map(
      (sql) => ({ sql }),
    );
    const alone = await refused("NOT_A_STATEMENT", db.execute({ branch: "main", author: AUTHOR, statements }));
    expect(alone.data).toMatchObject({ statement_index: 1 });
    const { results } = await db.execute({ branch: "main", author: AUTHOR, statements, queries: true });
    expect(results[1]).toMatchObject({ statementType: "SELECT", affectedRows: 0, returning: { rows: [[1n]] } });
    expect(await rows(db, "main", "SELECT count(*) FROM t")).toStrictEqual([[2n]]);
  },

  "can be a commit each, whatever becomes of the others": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    const request = {
      branch: "main",
      author: AUTHOR,
      requestId: "each",
      statements: ["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "nonsense", "INSERT INTO t VALUES (2)"].map(
        (sql) => ({ sql }),
      ),
    };
    const outcomes = await db.executeEach(request);
    expect(outcomes.map((each) => (each.ok ? each.result.affectedRows : each.error.code))).toStrictEqual([
      1,
      "UNIQUE_VIOLATION",
      "INVALID_SQL",
      1,
    ]);
    const scns = outcomes.flatMap((each) => (each.ok ? [each.commit.scn] : []));
    expect(scns[1]).toBeGreaterThan(scns[0]!);
    expect(await rows(db, "main", "SELECT id FROM t ORDER BY id")).toStrictEqual([[1n], [2n]]);
    const again = await db.executeEach(request);
    expect(again.map((each) => (each.ok ? each.commit.scn : null))).toStrictEqual([scns[0], null, null, scns[1]]);
  },

  "that are a commit each say all of it": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    await db.createBranch({ name: "dev" });
    const statements = [
      { sql: "INSERT INTO t (v) VALUES (?), (?) RETURNING v", params: [1n, 1] },
      { sql: "DELETE FROM t WHERE id = 99" },
    ];
    const each = { branch: "dev", author: "bob", message: "why" } as const;
    const [inserted, deleted] = await db.executeEach({ ...each, statements, maxRows: 1 });
    expect(inserted).toStrictEqual({
      ok: true,
      commit: { scn: NUMBER, timestamp: TIME, changed: true },
      result: {
        statementType: "INSERT",
        affectedRows: 2,
        lastInsertId: 2n,
        returning: { columns: [{ name: "v", type: "int8", declared: null }], rows: [[1n]], truncated: true },
      },
    });
    expect(deleted).toStrictEqual({
      ok: true,
      commit: { scn: NUMBER, timestamp: TIME, changed: false },
      result: { statementType: "DELETE", affectedRows: 0, lastInsertId: null },
    });
    const [entry] = (await db.history({ branch: "dev", limit: 1 })).entries;
    expect(entry).toMatchObject({ author: "bob", message: "why", branch: { name: "dev" } });
    expect(await rows(db, "main", "SELECT count(*) FROM t")).toStrictEqual([[0n]]);
    const late = { ...each, statements: [{ sql: `DELETE FROM t WHERE (${SLOW}) > 0` }], deadlineMs: 150 };
    expect(await db.executeEach(late)).toMatchObject([{ ok: false, error: { code: "QUERY_TIMEOUT" } }]);
  },

  "are done once under one request id": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)");
    const request = {
      branch: "main",
      author: AUTHOR,
      requestId: "once",
      statements: [{ sql: "INSERT INTO t (v) VALUES (?) RETURNING id, v", params: [new Uint8Array([1, 2])] }],
    };
    const first = await db.execute(request);
    expect(first.results[0]?.returning?.rows).toStrictEqual([[1n, new Uint8Array([1, 2])]]);
    expect(await db.execute(request)).toStrictEqual(first);
    expect(await db.execute({ ...request, remembered: "long" })).not.toStrictEqual(first);
    expect(await rows(db, "main", "SELECT count(*) FROM t")).toStrictEqual([[2n]]);
  },

  "say where nothing was changed": async ({ db }) => {
    const { scn } = await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    expect(await commit(db, "main", "DELETE FROM t")).toMatchObject({ scn, changed: false });
  },

  "can be waited for by their SCN": async ({ db }) => {
    const { scn: empty } = await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    const { scn } = await commit(db, "main", "INSERT INTO t VALUES (1)");
    const sql = "SELECT count(*) FROM t";
    // The branch must have reached it, whatever point in time is read.
    for (const [request, count] of [
      [{ sql }, 1n],
      [{ sql, at: { kind: "scn", scn: empty } }, 0n],
      [{ sql: `${sql} AS OF SCN ${empty}` }, 0n],
      [{ sql: `${sql}, t AS OF SCN ${scn} AS there` }, 1n],
    ] as const) {
      const query = (atLeastScn: number) => db.query({ branch: "main", ...request, atLeastScn });
      expect((await query(scn)).rows).toStrictEqual([[count]]);
      expect((await refused("POINT_IN_FUTURE", query(scn + 1))).data).toStrictEqual({ scn });
      const stream = (atLeastScn: number) => db.streamQuery({ branch: "main", ...request, atLeastScn });
      const opened = await stream(scn);
      expect([await opened.next(), await opened.next()]).toStrictEqual([[[count]], null]);
      expect((await refused("POINT_IN_FUTURE", stream(scn + 1))).data).toStrictEqual({ scn });
    }
  },

  "take a name in double quotes that is no column for a string where they are asked to": async ({ db }) => {
    const write = (...statements: readonly string[]) =>
      db.execute({
        branch: "main",
        author: AUTHOR,
        doubleQuotedStrings: true,
        statements: statements.map((sql) => ({ sql })),
      });
    await write(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, "v" TEXT DEFAULT "none" CHECK ("v" <> "bad"))',
      'INSERT INTO t ("v") VALUES ("x"), ("v")',
      'CREATE INDEX i ON t ("v") WHERE v <> "x"',
      'CREATE VIEW w AS SELECT id, "v", "id?" AS word FROM t WHERE "v" <> "x"',
    );
    await write('INSERT INTO t (id) VALUES (9) ON CONFLICT DO UPDATE SET v = "v"');
    await write('INSERT INTO t (id) VALUES (9) ON CONFLICT DO UPDATE SET v = "v" || "!"');
    expect(await rows(db, "main", "SELECT * FROM t")).toStrictEqual([
      [1n, "x"],
      [2n, "v"],
      [9n, "none!"],
    ]);
    expect(await rows(db, "main", "SELECT * FROM w ORDER BY id")).toStrictEqual([
      [2n, "v", "id?"],
      [9n, "none!", "id?"],
    ]);
    await refused("CHECK_VIOLATION", write('UPDATE t SET v = "bad"'));
    const [alone] = await db.executeEach({
      branch: "main",
      author: AUTHOR,
      doubleQuotedStrings: true,
      statements: [{ sql: 'DELETE FROM t WHERE "v" = "x" RETURNING "gone"' }],
    });
    expect(alone).toMatchObject({ ok: true, result: { returning: { rows: [["gone"]] } } });
    await refused("SQL_NAME_NOT_FOUND", commit(db, "main", 'DELETE FROM t WHERE v = "y"'));
  },
});
