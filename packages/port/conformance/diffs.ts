import { expect } from "vitest";
import { AUTHOR, at, cases, commit, filled } from "./case.js";
import { refused } from "./errors.js";

const main = { branch: "main" } as const;
const then = (scn: number) => ({ branch: "main", at: at(scn) });

export const DIFF_CASES = cases("differences", {
  "tell counts and rows, with both sides, exactly": async ({ db }) => {
    const { scn } = await filled(db);
    await commit(db, "main", "UPDATE t SET v = x'00' WHERE id = 1", "DELETE FROM t WHERE id = 2");
    const after = await commit(db, "main", "INSERT INTO t VALUES (9007199254740993, 1.0)");
    const table = "t";
    const changed = ["id", "v"];
    expect(await db.diff({ from: then(scn), to: main, limit: 10 })).toStrictEqual({
      fromScn: scn,
      toScn: after.scn,
      schema: [],
      tables: [{ table, inserted: 1, updated: 1, deleted: 1 }],
      rows: [
        {
          table,
          kind: "update",
          key: [1n],
          from: { id: 1n, v: "a" },
          to: { id: 1n, v: new Uint8Array(1) },
          changed: ["v"],
        },
        { table, kind: "delete", key: [2n], from: { id: 2n, v: "b" }, to: null, changed },
        { table, kind: "insert", key: [9007199254740993n], from: null, to: { id: 9007199254740993n, v: 1 }, changed },
      ],
      columns: {
        t: [
          { name: "id", type: "int4", declared: "INTEGER", primaryKey: 1 },
          { name: "v", type: "text", declared: null, primaryKey: 0 },
        ],
      },
      next: null,
    });
    const back = await db.diff({ from: main, to: then(scn), limit: 10 });
    expect(back.rows.map(({ kind }) => kind)).toStrictEqual(["update", "insert", "delete"]);
    expect(await db.diff({ from: main, to: main, limit: 10 })).toMatchObject({ tables: [], rows: [], next: null });
  },

  "tell an integer from a real": async ({ db }) => {
    await filled(db);
    const { scn } = await commit(db, "main", "UPDATE t SET v = 1 WHERE id = 1");
    await commit(db, "main", "UPDATE t SET v = 1.0 WHERE id = 1");
    const { rows } = await db.diff({ from: then(scn), to: main, limit: 10 });
    expect(rows.map(({ from, to }) => [from?.v, to?.v])).toStrictEqual([[1n, 1]]);
  },

  "of two branches are of what either did since they parted": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE t SET v = 'dev' WHERE id = 1");
    await commit(db, "main", "UPDATE t SET v = 'main' WHERE id = 2");
    const { rows } = await db.diff({ from: main, to: { branch: "dev" }, limit: 10 });
    expect(rows.map(({ from, to }) => [from?.v, to?.v])).toStrictEqual([
      ["a", "dev"],
      ["main", "b"],
    ]);
  },

  "tell what became of the schema": async ({ db }) => {
    await filled(db);
    const made = "CREATE VIEW w AS SELECT 1 AS x";
    const { scn } = await commit(db, "main", made, "CREATE INDEX i ON t (v)");
    const view = "CREATE VIEW w AS SELECT 2 AS x";
    const table = "CREATE TABLE u (y)";
    await commit(db, "main", "DROP VIEW w", view, "DROP INDEX i", table);
    const { schema } = await db.diff({ from: then(scn), to: main, limit: 0 });
    expect(schema.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toStrictEqual([
      { type: "index", name: "i", change: "dropped", from: "CREATE INDEX i ON t (v)", to: null },
      { type: "table", name: "u", change: "added", from: null, to: table },
      { type: "view", name: "w", change: "altered", from: made, to: view },
    ]);
  },

  "come in pages that follow one another, with the counts of the whole": async ({ db }) => {
    const { scn } = await filled(db);
    await commit(db, "main", "DELETE FROM t", "INSERT INTO t VALUES (3, 'c'), (4, 'd')");
    const all = await db.diff({ from: then(scn), to: main, limit: 10 });
    const found: unknown[] = [];
    let pages = 0;
    for (let cursor: string | undefined; ; ) {
      const page = await db.diff({ from: then(scn), to: main, limit: 1, ...(cursor && { cursor }) });
      expect(page.tables).toStrictEqual(all.tables);
      expect(page.rows.length).toBeLessThanOrEqual(1);
      found.push(...page.rows);
      if (page.next === null || ++pages > 9) break;
      cursor = page.next;
    }
    expect(found).toStrictEqual(all.rows);
    expect(found).toHaveLength(4);
    const counts = await db.diff({ from: then(scn), to: main, limit: 0 });
    expect(counts).toMatchObject({ tables: all.tables, rows: [], columns: {} });
    await refused("INVALID_CURSOR", db.diff({ from: then(scn), to: main, limit: 1, cursor: "nonsense" }));
  },

  "can be of some tables alone": async ({ db }) => {
    const { scn } = await filled(db);
    await commit(db, "main", "DELETE FROM t", "CREATE TABLE u (x)", "INSERT INTO u VALUES (1)");
    const only = await db.diff({ from: then(scn), to: main, tables: ["u"], limit: 10 });
    expect(only.tables).toStrictEqual([{ table: "u", inserted: 1, updated: 0, deleted: 0 }]);
    expect(only.rows).toMatchObject([{ table: "u", key: [] }]);
    expect(only.columns).toStrictEqual({ u: [{ name: "x", type: "text", declared: null, primaryKey: 0 }] });
    const missing = await refused("TABLE_NOT_FOUND", db.diff({ from: main, to: main, tables: ["x"], limit: 1 }));
    expect(missing.data).toStrictEqual({ table: "x" });
  },

  "reach over a reset, to what the branch was": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    const { scn } = await commit(db, "dev", "UPDATE t SET v = 'own'");
    await db.resetBranch({ branch: "dev", to: "parent", author: AUTHOR });
    expect((await db.diff({ from: main, to: { branch: "dev" }, limit: 9 })).rows).toStrictEqual([]);
    const was = await db.diff({ from: { branch: "dev", at: at(scn) }, to: { branch: "dev" }, limit: 9 });
    expect(was.rows.map(({ from, to }) => [from?.v, to?.v])).toStrictEqual([
      ["own", "a"],
      ["own", "b"],
    ]);
  },
});
