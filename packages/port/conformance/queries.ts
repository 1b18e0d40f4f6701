import { expect } from "vitest";
import { cases, commit, filled, numbers, rows, SLOW } from "./case.js";
import { refused } from "./errors.js";

export const QUERY_CASES = cases("queries", {
  "give columns, rows, and the SCN that was read": async ({ db }) => {
    const { scn } = await filled(db);
    expect(await db.query({ branch: "main", sql: "SELECT id, v AS x FROM t" })).toStrictEqual({
      columns: [
        { name: "id", type: "int4", declared: "INTEGER" },
        { name: "x", type: "text", declared: null },
      ],
      rows: [
        [1n, "a"],
        [2n, "b"],
      ],
      truncated: false,
      scn,
    });
  },

  "are cut where they are asked to be, and where the host ends": async ({ db, host }) => {
    const { maxRows } = host.capabilities();
    const query = async (count: number, most?: number) => {
      const found = await db.query({ branch: "main", sql: numbers(count), ...(most && { maxRows: most }) });
      return [found.rows.length, found.truncated];
    };
    expect(await query(5, 3)).toStrictEqual([3, true]);
    expect(await query(3, 3)).toStrictEqual([3, false]);
    expect(await query(maxRows + 1)).toStrictEqual([maxRows, true]);
    expect(await query(maxRows + 1, maxRows + 1)).toStrictEqual([maxRows, true]);
  },

  "show their plan": async ({ db }) => {
    await filled(db);
    const sql = "SELECT v FROM t WHERE id = 1";
    const { plan, rows: found } = await db.query({ branch: "main", sql, explain: true });
    expect(plan).toMatch(/t/);
    expect(found).toStrictEqual([["a"]]);
  },

  "end at their deadline": async ({ db }) => {
    await refused("QUERY_TIMEOUT", db.query({ branch: "main", sql: SLOW, deadlineMs: 150 }));
  },

  "only read": async ({ db }) => {
    const { scn } = await filled(db);
    const query = (sql: string) => db.query({ branch: "main", sql });
    await refused("NOT_A_QUERY", query("DELETE FROM t"));
    await refused("NOT_A_QUERY", query("INSERT INTO t VALUES (3, 'c') RETURNING id"));
    await refused("MULTIPLE_STATEMENTS", query("SELECT 1; SELECT 2"));
    await refused("MULTIPLE_STATEMENTS", query(" -- nothing"));
    expect((await query("SELECT count(*) FROM t")).scn).toBe(scn);
  },

  "that can't be run say why": async ({ db }) => {
    const query = (sql: string, params?: readonly bigint[]) =>
      db.query({ branch: "main", sql, ...(params && { params }) });
    expect((await refused("INVALID_SQL", query("SELECT 'open"))).data).toStrictEqual({ offset: 7 });
    const unknown = await refused("SQL_NAME_NOT_FOUND", query("SELECT * FROM absent"));
    expect(unknown.native).toStrictEqual({ code: "SQLITE_ERROR", text: "no such table: absent" });
    await refused("PARAM_COUNT", query("SELECT ?, ?", [1n]));
    await refused("PARAM_COUNT", query("SELECT ?", [1n, 2n]));
    const overflow = await refused("SQL_ERROR", query("SELECT abs(-9223372036854775808)"));
    expect(overflow.native?.text).toBe("integer overflow");
  },

  "can't reach what is not the branch's": async ({ db }) => {
    for (const sql of ["ATTACH 'x' AS y", "PRAGMA journal_mode = DELETE", "VACUUM", "SELECT load_extension('x')"])
      await expect(db.query({ branch: "main", sql })).rejects.toHaveProperty("code");
    await refused("TRANSACTION_CONTROL", commit(db, "main", "BEGIN"));
    await refused("SQL_NOT_ALLOWED", commit(db, "main", "ATTACH 'x' AS y"));
  },

  "see each acknowledged write": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    for (let n = 1; n <= 10; n++) {
      const { scn } = await commit(db, "main", `INSERT INTO t VALUES (${n}, 'x')`);
      const found = await db.query({ branch: "main", sql: "SELECT count(*) FROM t" });
      expect(found).toMatchObject({ rows: [[BigInt(n)]], scn });
    }
  },

  "of databases know nothing of each other": async ({ db, other }) => {
    await filled(db);
    const second = other().db;
    await commit(second, "main", "CREATE TABLE t (other)");
    expect(await rows(second, "main", "SELECT count(*) FROM t")).toStrictEqual([[0n]]);
    expect(await rows(db, "main", "SELECT count(*) FROM t")).toStrictEqual([[2n]]);
  },

  "take a name in double quotes that is no column for a string where they are asked to": async ({ db }) => {
    await filled(db);
    const query = async (sql: string) =>
      (await db.query({ branch: "main", sql, doubleQuotedStrings: true, params: [] })).rows;
    expect(await query('SELECT id, "v", "w" FROM "t" WHERE v = "b"')).toStrictEqual([[2n, "b", "w"]]);
    expect(await query('SELECT (SELECT "it\'s" FROM t WHERE "id" = 1), "a""b", "v"')).toStrictEqual([
      ["it's", 'a"b', "v"],
    ]);
    // One name, a column in one place and a string in another.
    expect(await query('SELECT (SELECT max("v") FROM t), "v"')).toStrictEqual([["b", "v"]]);
    const sql = 'SELECT "v", "w" FROM t WHERE v = "b"';
    const stream = await db.streamQuery({ branch: "main", sql, doubleQuotedStrings: true });
    expect([await stream.next(), await stream.next()]).toStrictEqual([[["b", "w"]], null]);
    await refused("SQL_NAME_NOT_FOUND", db.query({ branch: "main", sql }));
    await refused("SQL_NAME_NOT_FOUND", query('SELECT t."w" FROM t'));
    await refused("SQL_NAME_NOT_FOUND", query('SELECT w, "x" FROM t'));
  },
});
