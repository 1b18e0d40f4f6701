import { expect } from "vitest";
import { cases, commit, filled, SLOW, values } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER, TIME } from "./matchers.js";

const write = { branch: "main", author: "ann", table: "t" } as const;

export const ROW_WRITE_CASES = cases("row writes", {
  "insert, and say which keys they gave": async ({ db }) => {
    await filled(db);
    const inserted = await db.insertRows({
      ...write,
      rows: [{ v: "c" }, { id: 9n, v: new Uint8Array([1]) }, { v: 2 }],
      onConflict: "error",
    });
    expect(inserted).toStrictEqual({
      scn: NUMBER,
      timestamp: TIME,
      changed: true,
      inserted: 3,
      updated: 0,
      skipped: 0,
      ids: [3n, 9n, 10n],
    });
    expect(await values(db, "main")).toStrictEqual(["a", "b", "c", new Uint8Array([1]), 2]);
  },

  "do what they are told about rows that are there": async ({ db }) => {
    const { scn } = await filled(db);
    const rows = [
      { id: 1n, v: "x" },
      { id: 3n, v: "y" },
    ];
    const error = await refused(
      "UNIQUE_VIOLATION",
      db.insertRows({ ...write, rows: rows.toReversed(), onConflict: "error" }),
    );
    expect(error.data).toMatchObject({ table: "t", columns: ["id"], row_index: 1 });
    expect((await db.getBranch({ branch: "main" })).headScn).toBe(scn);
    const ignored = await db.insertRows({ ...write, rows, onConflict: "ignore" });
    expect(ignored).toMatchObject({ inserted: 1, updated: 0, skipped: 1, ids: [null, 3n] });
    expect(await values(db, "main")).toStrictEqual(["a", "b", "y"]);
    const updated = await db.insertRows({ ...write, rows, onConflict: "update" });
    expect(updated).toMatchObject({ inserted: 0, updated: 2, skipped: 0, ids: [1n, 3n] });
    expect(await values(db, "main")).toStrictEqual(["x", "b", "y"]);
  },

  "of several tables are one commit, or none": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    const { scn } = await commit(db, "main", "CREATE TABLE part (n INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id))");
    const part = (...ns: number[]) => ({ table: "part", rows: ns.map((n) => ({ n: BigInt(n), t: 1n })) });
    const request = { ...write, rows: [{ id: 1n }], onConflict: "error" } as const;
    const twice = await refused("UNIQUE_VIOLATION", db.insertRows({ ...request, also: [part(1), part(2, 1)] }));
    expect(twice.data).toMatchObject({ table: "part", row_index: 1 });
    await refused("TABLE_NOT_FOUND", db.insertRows({ ...request, also: [{ ...part(1), table: "absent" }] }));
    await refused("SQL_NAME_NOT_FOUND", db.insertRows({ ...request, also: [{ table: "part", rows: [{ no: 1n }] }] }));
    expect((await db.getBranch({ branch: "main" })).headScn).toBe(scn);
    const result = await db.insertRows({ ...request, also: [part(1, 2), part()] });
    expect(result).toMatchObject({ inserted: 3, updated: 0, skipped: 0, ids: [1n, 1n, 2n], changed: true });
    const { entries } = await db.history({ branch: "main", limit: 1 });
    expect(entries[0]).toMatchObject({
      scn: result.scn,
      statements: ["INSERT INTO t (1 rows)", "INSERT INTO part (2 rows)"],
    });
  },

  "give composite keys as lists": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE t (a TEXT, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID");
    const { ids } = await db.insertRows({ ...write, rows: [{ a: "x", b: 1n }], onConflict: "error" });
    expect(ids).toStrictEqual([["x", 1n]]);
  },

  "update and delete by a filter": async ({ db }) => {
    await filled(db);
    const updated = await db.updateRows({ ...write, values: { v: 7n }, filter: "id = 2" });
    expect(updated).toStrictEqual({ scn: NUMBER, timestamp: TIME, changed: true, affected: 1 });
    expect(await values(db, "main")).toStrictEqual(["a", 7n]);
    const deleted = await db.deleteRows({ ...write, filter: "id = 1" });
    expect(deleted).toStrictEqual({ scn: NUMBER, timestamp: TIME, changed: true, affected: 1 });
    expect(deleted.scn).toBeGreaterThan(updated.scn);
    expect(await values(db, "main")).toStrictEqual([7n]);
    const none = await db.deleteRows({ ...write, filter: "id = 99" });
    expect(none).toMatchObject({ scn: deleted.scn, changed: false, affected: 0 });
  },

  "stand in the history of their branch, under their author": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    const own = { ...write, branch: "dev" };
    await db.insertRows({ ...own, author: "ina", message: "in", rows: [{ id: 3n }], onConflict: "error" });
    await db.updateRows({ ...own, author: "uma", message: "up", values: { v: 1n }, filter: "id = 3" });
    await db.deleteRows({ ...own, author: "del", message: "out", filter: "id = 3" });
    const { entries } = await db.history({ branch: "dev", limit: 3 });
    expect(entries.map(({ author, message, branch }) => [author, message, branch?.name])).toStrictEqual([
      ["del", "out", "dev"],
      ["uma", "up", "dev"],
      ["ina", "in", "dev"],
    ]);
  },

  "say what is wrong with them": async ({ db }) => {
    await commit(
      db,
      "main",
      "CREATE TABLE p (id INTEGER PRIMARY KEY)",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT NOT NULL, k INTEGER CHECK (k > 0), p REFERENCES p) STRICT".replace(
        "p REFERENCES",
        "p INTEGER REFERENCES",
      ),
    );
    const insert = (row: { readonly [name: string]: bigint | string | null }) =>
      db.insertRows({ ...write, rows: [row], onConflict: "error" });
    const missing = await refused("NOT_NULL_VIOLATION", insert({ id: 1n }));
    expect(missing.data).toStrictEqual({ table: "t", columns: ["n"], row_index: 0 });
    expect(missing.native).toStrictEqual({ code: "SQLITE_CONSTRAINT_NOTNULL", text: expect.any(String) });
    const check = await refused("CHECK_VIOLATION", insert({ n: "x", k: 0n }));
    expect(check.data).toMatchObject({ constraint: "k > 0", row_index: 0 });
    expect(check.native?.code).toBe("SQLITE_CONSTRAINT_CHECK");
    const parent = await refused("FOREIGN_KEY_VIOLATION", insert({ n: "x", p: 5n }));
    expect(parent.data).toMatchObject({ row_index: 0 });
    expect(parent.native?.code).toBe("SQLITE_CONSTRAINT_FOREIGNKEY");
    const type = await refused("TYPE_MISMATCH", insert({ n: "x", k: "text" }));
    expect(type.data).toMatchObject({ row_index: 0 });
    expect(type.native?.code).toBe("SQLITE_CONSTRAINT_DATATYPE");
    const column = await refused("SQL_NAME_NOT_FOUND", insert({ absent: 1n }));
    expect(column.data).toStrictEqual({ table: "t", column: "absent", row_index: 0 });
    await refused("TABLE_NOT_FOUND", db.insertRows({ ...write, table: "x", rows: [{ v: 1n }], onConflict: "error" }));
    await refused("FILTER_REQUIRED", db.deleteRows({ ...write, filter: " " }));
    await refused("INVALID_FILTER", db.updateRows({ ...write, values: { n: "y" }, filter: "1; 2" }));
    await refused("INVALID_FIELD", db.updateRows({ ...write, values: {}, filter: "true" }));
    expect(await db.listTables({ branch: "main" })).toMatchObject([{ rowCount: 0 }, { rowCount: 0 }]);
  },

  "can be kept from other tables": async ({ db }) => {
    await filled(db);
    await commit(db, "main", "CREATE TABLE secret (v)");
    const filter = "id > (SELECT count(*) FROM secret)";
    await refused("SQL_NOT_ALLOWED", db.deleteRows({ ...write, filter, ownTableOnly: true }));
    await refused("SQL_NOT_ALLOWED", db.updateRows({ ...write, values: { v: 1n }, filter, ownTableOnly: true }));
    expect((await db.deleteRows({ ...write, filter })).affected).toBe(2);
  },

  "end at their deadline, without an effect": async ({ db }) => {
    const { scn } = await filled(db);
    const filter = `(${SLOW}) > 0`;
    const late = { ...write, filter, deadlineMs: 150 };
    await refused("QUERY_TIMEOUT", db.deleteRows(late));
    await refused("QUERY_TIMEOUT", db.updateRows({ ...late, values: { v: 1n } }));
    const statements = [{ sql: `DELETE FROM t WHERE ${filter}` }];
    await refused("QUERY_TIMEOUT", db.execute({ branch: "main", author: "ann", statements, deadlineMs: 150 }));
    expect(await db.resolve({ branch: "main", at: { kind: "now" } })).toMatchObject({ scn });
    expect(await values(db, "main")).toStrictEqual(["a", "b"]);
  },
});
