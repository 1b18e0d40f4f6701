import { expect } from "vitest";
import { at, cases, commit, filled, SLOW } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER, TIME } from "./matchers.js";

const page = { branch: "main", table: "t", limit: 10, offset: 0, includeTotal: false } as const;

export const TABLE_CASES = cases("tables", {
  "are listed with their columns and indexes": async ({ db }) => {
    const { scn } = await commit(
      db,
      "main",
      "CREATE TABLE u (a TEXT NOT NULL, b INTEGER, n VARCHAR(9), twice AS (b * 2), PRIMARY KEY (b, a))",
      "CREATE INDEX by_n ON u (n)",
      "INSERT INTO u (a, b) VALUES ('x', 1), ('y', 2)",
    );
    const column = { type: "int4", declaredType: "INTEGER", nullable: true, primaryKey: 0, generated: false };
    const [found, ...others] = await db.listTables({ branch: "main" });
    expect(others).toStrictEqual([]);
    expect(found).toStrictEqual({
      name: "u",
      rowCount: 2,
      sizeBytes: NUMBER,
      createdAt: TIME,
      columns: [
        { ...column, name: "a", type: "text", declaredType: "TEXT", nullable: false, primaryKey: 2 },
        { ...column, name: "b", primaryKey: 1 },
        { ...column, name: "n", type: "text", declaredType: "VARCHAR(9)" },
        { ...column, name: "twice", type: "text", declaredType: "", generated: true },
      ],
      indexes: ["by_n"],
    });
    await commit(db, "main", "DROP TABLE u");
    expect(await db.listTables({ branch: "main" })).toStrictEqual([]);
    expect(await db.listTables({ branch: "main", at: at(scn) })).toMatchObject([{ name: "u", rowCount: 2 }]);
  },

  "are described in detail, as they were, where that is asked for": async ({ db }) => {
    const { scn } = await commit(
      db,
      "main",
      "CREATE TABLE p (a TEXT, b INTEGER, PRIMARY KEY (b, a))",
      "CREATE TABLE other (z PRIMARY KEY)",
      `CREATE TABLE c (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT DEFAULT 'x', b INTEGER DEFAULT (1 + 2) UNIQUE,
       at TEXT DEFAULT CURRENT_TIMESTAMP, kind TEXT CHECK (kind IN ('k', 'l')), r BLOB DEFAULT (randomblob(4)),
       q REFERENCES other (z), CONSTRAINT up FOREIGN KEY (b, a) REFERENCES P, CONSTRAINT pair UNIQUE (a, kind))`,
      "CREATE UNIQUE INDEX by_kind ON c (kind)",
      "CREATE UNIQUE INDEX some ON c (a) WHERE b > 1",
      "CREATE INDEX by_b ON c (b)",
      "INSERT INTO p VALUES ('x', 3)",
      "INSERT INTO c (id, kind) VALUES (9, 'k')",
    );
    const request = { branch: "main", tables: ["C", "absent"], details: true, nextKeys: true };
    const [found, ...others] = await db.listTables(request);
    expect(others).toStrictEqual([]);
    const details = {
      foreignKeys: [
        { name: null, columns: ["q"], table: "other", references: ["z"] },
        { name: "up", columns: ["b", "a"], table: "P", references: ["b", "a"] },
      ],
      uniqueKeys: [
        { name: null, columns: ["b"] },
        { name: "pair", columns: ["a", "kind"] },
        { name: "by_kind", columns: ["kind"] },
      ],
      defaults: [
        { column: "a", text: "'x'", value: "x" },
        { column: "b", text: "1 + 2", value: 3n },
        { column: "at", text: "CURRENT_TIMESTAMP" },
        { column: "r", text: "randomblob(4)" },
      ],
      choices: [{ column: "kind", values: ["k", "l"] }],
      keyColumn: { column: "id", next: 10n },
    };
    expect(found).toStrictEqual({ ...found, name: "c", details });
    await commit(db, "main", "DELETE FROM c");
    expect((await db.listTables(request))[0]!.details).toStrictEqual(details);
    await commit(db, "main", "DROP TABLE c", "CREATE TABLE c (k INTEGER PRIMARY KEY)", "INSERT INTO c VALUES (4)");
    const nothing = { foreignKeys: [], uniqueKeys: [], defaults: [], choices: [] };
    expect((await db.listTables(request))[0]!.details).toStrictEqual({
      ...nothing,
      keyColumn: { column: "k", next: 5n },
    });
    expect((await db.listTables({ ...request, at: at(scn) }))[0]!.details).toStrictEqual(details);
    await commit(db, "main", "INSERT INTO c VALUES (9223372036854775807)");
    expect((await db.listTables(request))[0]!.details!.keyColumn).toStrictEqual({ column: "k", next: null });
    expect((await db.listTables({ branch: "main", tables: ["p"] }))[0]).not.toHaveProperty("details");
    const [key] = await db.listTables({ branch: "main", tables: ["c"], details: true });
    expect(key!.details!.keyColumn).toStrictEqual({ column: "k" });
    const [none] = await db.listTables({ branch: "main", tables: ["p"], details: true, nextKeys: true });
    expect(none!.details!.keyColumn).toBeNull();
  },

  "are those of the branch": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "CREATE TABLE only (v)");
    const names = async (branch: string) => (await db.listTables({ branch })).map(({ name }) => name).toSorted();
    expect(await names("dev")).toStrictEqual(["only", "t"]);
    expect(await names("main")).toStrictEqual(["t"]);
  },

  "whose rows can't be told apart are refused": async ({ db }) => {
    const error = await refused("TABLE_NOT_VERSIONED", commit(db, "main", "CREATE TABLE a (rowid, oid, _rowid_)"));
    expect(error.data).toMatchObject({ table: "a" });
    expect(await db.listTables({ branch: "main" })).toStrictEqual([]);
  },
});

export const TABLE_PAGE_CASES = cases("table pages", {
  "give rows, and say whether there are more": async ({ db }) => {
    const { scn } = await filled(db);
    expect(await db.readTable({ ...page, limit: 1, offset: 1, includeTotal: true })).toStrictEqual({
      columns: [
        { name: "id", type: "int4", declared: "INTEGER" },
        { name: "v", type: "text", declared: null },
      ],
      rows: [[2n, "b"]],
      truncated: false,
      scn,
      total: 2,
      hasMore: false,
      next: null,
    });
    const first = await db.readTable({ ...page, limit: 1 });
    expect(first).toMatchObject({ rows: [[1n, "a"]], hasMore: true, next: expect.any(String) });
    expect(first).not.toHaveProperty("total");
  },

  "are filtered, ordered and narrowed to columns": async ({ db }) => {
    await filled(db);
    await commit(db, "main", "INSERT INTO t VALUES (3, NULL)");
    const read = async (more: object) => (await db.readTable({ ...page, ...more })).rows;
    expect(await read({ filter: "id > 1", columns: "v, id" })).toStrictEqual([
      ["b", 2n],
      [null, 3n],
    ]);
    expect(await read({ orderBy: "v DESC NULLS FIRST", columns: "id" })).toStrictEqual([[3n], [2n], [1n]]);
    await refused("INVALID_FILTER", read({ filter: "id = 1; DELETE FROM t" }));
    await refused("SQL_NAME_NOT_FOUND", read({ columns: "absent" }));
    await refused("SQL_NAME_NOT_FOUND", read({ orderBy: "absent" }));
    const missing = await refused("TABLE_NOT_FOUND", read({ table: "absent" }));
    expect(missing.data).toStrictEqual({ table: "absent" });
  },

  "give each row of some columns once": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)");
    const { scn } = await commit(
      db,
      "main",
      "INSERT INTO t (a, b) VALUES (2, 'x'), (1, 'y'), (2, 'x'), (NULL, 'x'), (1, 'x')",
    );
    const read = async (more: object) => db.readTable({ ...page, distinct: true, ...more });
    const distinct = { columns: "a", includeTotal: true };
    const first = await read({ ...distinct, limit: 2 });
    expect(first).toMatchObject({ rows: [[null], [1n]], total: 3, hasMore: true, next: null });
    expect(await read({ ...distinct, limit: 2, offset: 2 })).toMatchObject({ rows: [[2n]], total: 3, hasMore: false });
    expect((await read({ columns: "b, a", orderBy: "b DESC, a", filter: "a > 0" })).rows).toStrictEqual([
      ["y", 1n],
      ["x", 1n],
      ["x", 2n],
    ]);
    expect((await read({ limit: 9 })).rows).toHaveLength(5);
    await refused("SQL_NAME_NOT_FOUND", read({ columns: "absent" }));
    await refused("SQL_NAME_NOT_FOUND", read({ columns: "a", orderBy: "absent" }));
    await refused("INVALID_CURSOR", read({ columns: "a", cursor: (await db.readTable({ ...page, limit: 1 })).next! }));
    await commit(db, "main", "DELETE FROM t");
    expect((await read({ columns: "a", at: at(scn) })).rows).toStrictEqual([[null], [1n], [2n]]);
    expect((await read({ columns: "a" })).rows).toStrictEqual([]);
  },

  "can be kept from other tables": async ({ db }) => {
    await filled(db);
    await commit(db, "main", "CREATE TABLE secret (v)");
    const filter = "id > (SELECT count(*) FROM secret)";
    expect((await db.readTable({ ...page, filter })).rows).toHaveLength(2);
    await refused("SQL_NOT_ALLOWED", db.readTable({ ...page, filter, ownTableOnly: true }));
  },

  "follow one another by a cursor, which stays at its point in time": async ({ db }) => {
    const { scn } = await filled(db);
    const orderBy = "v DESC";
    const first = await db.readTable({ ...page, orderBy, limit: 1 });
    expect(first.rows).toStrictEqual([[2n, "b"]]);
    await commit(db, "main", "INSERT INTO t VALUES (3, 'aa')", "DELETE FROM t WHERE id = 1");
    const cursor = first.next!;
    const second = await db.readTable({ ...page, orderBy, limit: 1, cursor });
    expect(second).toMatchObject({ rows: [[1n, "a"]], scn, hasMore: false, next: null });
    await refused("INVALID_CURSOR", db.readTable({ ...page, orderBy: "id", limit: 1, cursor }));
    await refused("INVALID_CURSOR", db.readTable({ ...page, orderBy, limit: 1, cursor: "nonsense" }));
  },

  "show the past": async ({ db }) => {
    const { scn } = await filled(db);
    await commit(db, "main", "DROP TABLE t");
    const found = await db.readTable({ ...page, at: at(scn) });
    expect(found).toMatchObject({
      scn,
      rows: [
        [1n, "a"],
        [2n, "b"],
      ],
    });
    await refused("TABLE_NOT_FOUND", db.readTable(page));
  },

  "are cut to the host's rows, and end at their deadline": async ({ db, host }) => {
    const { maxRows } = host.capabilities();
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    await commit(
      db,
      "main",
      `INSERT INTO t SELECT * FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x <= ${maxRows}) SELECT x FROM c)`,
    );
    const found = await db.readTable({ ...page, limit: maxRows * 2 });
    expect([found.rows.length, found.hasMore]).toStrictEqual([maxRows, true]);
    await refused("QUERY_TIMEOUT", db.readTable({ ...page, filter: `(${SLOW}) > 0`, deadlineMs: 150 }));
  },
});
