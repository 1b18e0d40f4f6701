import { expect } from "vitest";
import { AUTHOR, at, cases, commit, filled, head, rows, values } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER, TIME } from "./matchers.js";

const onMain = { branch: "main", author: AUTHOR } as const;

export const RESTORE_CASES = cases("restores", {
  "bring rows back by one commit, and keep what was between": async ({ db }) => {
    const { scn } = await filled(db);
    const later = await commit(
      db,
      "main",
      "UPDATE t SET v = 'x' WHERE id = 1",
      "DELETE FROM t WHERE id = 2",
      "INSERT INTO t VALUES (9, 'new')",
    );
    const restored = await db.restore({ ...onMain, at: at(scn) });
    expect(restored).toStrictEqual({
      scn: NUMBER,
      timestamp: TIME,
      changed: true,
      restoredScn: scn,
      backup: null,
      tables: [{ table: "t", inserted: 1, updated: 1, deleted: 1 }],
      dryRun: false,
    });
    expect(restored.scn).toBeGreaterThan(later.scn);
    expect(await values(db, "main")).toStrictEqual(["a", "b"]);
    expect(await values(db, "main", later.scn)).toStrictEqual(["x", "new"]);
    expect(await db.restore({ ...onMain, at: at(scn), backup: {} })).toMatchObject({
      ...{ changed: false, scn: restored.scn, backup: null, tables: [] },
    });
  },

  "bring schemas back": async ({ db }) => {
    const { scn } = await commit(
      db,
      "main",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
      "INSERT INTO t VALUES (1, 'a')",
      "CREATE UNIQUE INDEX once ON t (v)",
      "CREATE VIEW w AS SELECT v FROM t",
    );
    await commit(db, "main", "DROP VIEW w", "DROP TABLE t", "CREATE TABLE u (x)", "INSERT INTO u VALUES (1)");
    const { tables } = await db.restore({ ...onMain, at: at(scn) });
    expect(tables.toSorted((a, b) => (a.table < b.table ? -1 : 1))).toStrictEqual([
      { table: "t", inserted: 1, updated: 0, deleted: 0 },
      { table: "u", inserted: 0, updated: 0, deleted: 1 },
    ]);
    expect(await rows(db, "main", "SELECT * FROM w")).toStrictEqual([["a"]]);
    await refused("UNIQUE_VIOLATION", commit(db, "main", "INSERT INTO t VALUES (2, 'a')"));
    await refused("SQL_NAME_NOT_FOUND", rows(db, "main", "SELECT * FROM u"));
  },

  "can keep the state before as a branch": async ({ db }) => {
    const { scn } = await filled(db);
    const lost = await commit(db, "main", "DELETE FROM t");
    const named = await db.restore({ ...onMain, at: at(scn), backup: { name: "saved" } });
    expect(named.backup).toStrictEqual(await db.getBranch({ branch: "saved" }));
    expect(named.backup).toMatchObject({ name: "saved", headScn: lost.scn });
    expect(await values(db, "saved")).toStrictEqual([]);
    const again = await commit(db, "main", "UPDATE t SET v = 'x'");
    const { backup } = await db.restore({ ...onMain, at: at(lost.scn), backup: {} });
    expect(backup!.name).toBe(`main-backup-${again.scn}`);
    expect(await values(db, backup!.name)).toStrictEqual(["x", "x"]);
    await refused("BRANCH_EXISTS", db.restore({ ...onMain, at: at(scn), backup: { name: "saved" } }));
    expect(await values(db, "main")).toStrictEqual([]);
  },

  "say in a dry run what they would do": async ({ db }) => {
    const { scn } = await filled(db);
    const { scn: before, timestamp } = await commit(db, "main", "DELETE FROM t");
    const dry = await db.restore({ ...onMain, at: at(scn), dryRun: true, backup: { name: "saved" } });
    expect(dry).toStrictEqual({
      ...{ scn: before, timestamp, changed: false, restoredScn: scn, backup: null, dryRun: true },
      tables: [{ table: "t", inserted: 2, updated: 0, deleted: 0 }],
    });
    expect(await head(db)).toBe(before);
    await refused("BRANCH_NOT_FOUND", head(db, "saved"));
  },

  "are refused where the branch has moved on": async ({ db }) => {
    const { scn } = await filled(db);
    const moved = await commit(db, "main", "DELETE FROM t");
    const error = await refused("TARGET_MOVED", db.restore({ ...onMain, at: at(scn), ifScn: scn }));
    expect(error.data).toStrictEqual({ scn: moved.scn });
    await db.restore({ ...onMain, at: at(scn), ifScn: moved.scn });
    await refused("POINT_IN_FUTURE", db.restore({ ...onMain, at: at(scn + 1000) }));
  },
});
