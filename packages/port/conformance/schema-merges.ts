import { expect } from "vitest";
import { at, cases, commit, filled, head, merge, rows, values } from "./case.js";
import { refused } from "./errors.js";

export const SCHEMA_MERGE_CASES = cases("merges of schemas", {
  "bring tables with their rows, indexes and views": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(
      db,
      "dev",
      "CREATE TABLE u (id INTEGER PRIMARY KEY, n TEXT NOT NULL)",
      "INSERT INTO u VALUES (1, 'x'), (2, 'y')",
      "CREATE INDEX by_n ON u (n)",
      "CREATE VIEW w AS SELECT n FROM u",
    );
    await merge(db, "dev", "main");
    expect(await rows(db, "main", "SELECT * FROM w ORDER BY 1")).toStrictEqual([["x"], ["y"]]);
    const [, u] = await db.listTables({ branch: "main" });
    expect(u).toMatchObject({ name: "u", indexes: ["by_n"], rowCount: 2 });
  },

  "change columns as the source did, and keep the target's rows": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "ALTER TABLE t ADD COLUMN city DEFAULT 'Rome'", "ALTER TABLE t RENAME COLUMN v TO name");
    await commit(db, "dev", "UPDATE t SET city = 'Oslo' WHERE id = 1");
    await commit(db, "main", "UPDATE t SET v = 'A' WHERE id = 1", "INSERT INTO t VALUES (3, 'c')");
    await merge(db, "dev", "main", { strategy: "manual" });
    expect(await rows(db, "main", "SELECT id, name, city FROM t ORDER BY id")).toStrictEqual([
      [1n, "A", "Oslo"],
      [2n, "b", "Rome"],
      [3n, "c", "Rome"],
    ]);
  },

  "keep what only the target has": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "main", "ALTER TABLE t ADD COLUMN extra DEFAULT 7", "CREATE TABLE mine (x)");
    await commit(db, "dev", "INSERT INTO t VALUES (3, 'c')");
    await merge(db, "dev", "main");
    expect(await rows(db, "main", "SELECT extra FROM t ORDER BY id")).toStrictEqual([[7n], [7n], [7n]]);
    expect(await rows(db, "main", "SELECT count(*) FROM mine")).toStrictEqual([[0n]]);
  },

  "drop what the source dropped, unless the target wrote to it": async ({ db }) => {
    await filled(db);
    await commit(db, "main", "CREATE TABLE u (x)");
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "DROP TABLE u", "DROP TABLE t");
    await commit(db, "main", "UPDATE t SET v = 'written'");
    const error = await refused("MERGE_CONFLICT", merge(db, "dev", "main", { strategy: "source" }));
    expect(error.conflicts).toMatchObject([{ type: "schema", table: "t", rowId: null, column: null }]);
    await merge(db, "dev", "main", { resolutions: [{ table: "t", use: "target" }] });
    expect((await db.listTables({ branch: "main" })).map(({ name }) => name)).toStrictEqual(["t"]);
    expect(await values(db, "main")).toStrictEqual(["written", "written"]);
  },

  "leave objects that both changed to the caller": async ({ db }) => {
    await commit(db, "main", "CREATE VIEW w AS SELECT 1 AS x");
    const base = await head(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "DROP VIEW w", "CREATE VIEW w AS SELECT 2 AS x");
    await commit(db, "main", "DROP VIEW w", "CREATE VIEW w AS SELECT 3 AS x");
    const error = await refused("MERGE_CONFLICT", merge(db, "dev", "main", { strategy: "source" }));
    expect(error.conflicts).toStrictEqual([
      {
        table: "w",
        rowId: null,
        column: null,
        type: "schema",
        base: null,
        source: null,
        target: null,
        resolution: null,
        resolved: null,
        decidedBy: null,
        message: expect.any(String),
      },
    ]);
    await merge(db, "dev", "main", { resolutions: [{ table: "w", use: "source" }] });
    expect(await rows(db, "main", "SELECT x FROM w")).toStrictEqual([[2n]]);
    expect((await db.query({ branch: "main", at: at(base), sql: "SELECT x FROM w" })).rows).toStrictEqual([[1n]]);
  },
});
