import { expect } from "vitest";
import { cases, commit, filled, head, merge, rows, values } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER, TIME } from "./matchers.js";

export const MERGE_CASES = cases("merges", {
  "bring what the source did, and say what came": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    const source = await commit(
      db,
      "dev",
      "UPDATE t SET v = 'A' WHERE id = 1",
      "DELETE FROM t WHERE id = 2",
      "INSERT INTO t VALUES (3, 'c')",
    );
    const result = await merge(db, "dev", "main");
    expect(result).toStrictEqual({
      scn: NUMBER,
      timestamp: TIME,
      changed: true,
      merged: 3,
      conflicts: [],
      conflictCount: 0,
      sourceDeleted: false,
      sourceScn: source.scn,
      dryRun: false,
    });
    expect(result.scn).toBeGreaterThan(source.scn);
    expect(await values(db, "main")).toStrictEqual(["A", "c"]);
    expect(await values(db, "dev")).toStrictEqual(["A", "c"]);
    expect(await merge(db, "dev", "main")).toMatchObject({ merged: 0, changed: false, scn: result.scn });
  },

  "join what both sides did to a row, cell by cell": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE p (id INTEGER PRIMARY KEY, name, age)", "INSERT INTO p VALUES (1, 'a', 30)");
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE p SET name = 'A'");
    await commit(db, "main", "UPDATE p SET age = 31");
    expect(await merge(db, "dev", "main", { strategy: "manual" })).toMatchObject({ merged: 1, conflictCount: 0 });
    expect(await rows(db, "main", "SELECT * FROM p")).toStrictEqual([[1n, "A", 31n]]);
    expect(await rows(db, "dev", "SELECT * FROM p")).toStrictEqual([[1n, "A", 30n]]);
  },

  "go between any two branches, and both ways": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "one" });
    await db.createBranch({ name: "two" });
    await commit(db, "one", "UPDATE t SET v = 'one' WHERE id = 1");
    await commit(db, "two", "UPDATE t SET v = 'two' WHERE id = 2");
    await merge(db, "one", "two");
    expect(await values(db, "two")).toStrictEqual(["one", "two"]);
    await merge(db, "two", "one");
    expect(await values(db, "one")).toStrictEqual(["one", "two"]);
    expect(await values(db, "main")).toStrictEqual(["a", "b"]);
    await refused("INVALID_MERGE", merge(db, "one", "one"));
  },

  "bring what is new since the last one": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE t SET v = 'A' WHERE id = 1");
    await merge(db, "dev", "main");
    await commit(db, "main", "UPDATE t SET v = 'later' WHERE id = 1");
    await commit(db, "dev", "UPDATE t SET v = 'B' WHERE id = 2");
    expect(await merge(db, "dev", "main", { strategy: "manual" })).toMatchObject({ merged: 1, conflictCount: 0 });
    expect(await values(db, "main")).toStrictEqual(["later", "B"]);
  },

  "find their way through histories that crossed": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE t SET v = 'dev' WHERE id = 1");
    await commit(db, "main", "UPDATE t SET v = 'main' WHERE id = 2");
    await db.createBranch({ name: "dev-then", parent: "dev" });
    await merge(db, "main", "dev", { strategy: "manual" });
    await merge(db, "dev-then", "main", { strategy: "manual" });
    await commit(db, "dev", "INSERT INTO t VALUES (3, 'dev')");
    await commit(db, "main", "INSERT INTO t VALUES (4, 'main')");
    expect(await merge(db, "dev", "main", { strategy: "manual" })).toMatchObject({ merged: 1, conflictCount: 0 });
    expect(await values(db, "main")).toStrictEqual(["dev", "main", "dev", "main"]);
  },

  "see a conflict that crossed histories settled differently": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE t SET v = 'dev' WHERE id = 1");
    await commit(db, "main", "UPDATE t SET v = 'main' WHERE id = 1");
    await db.createBranch({ name: "dev-then", parent: "dev" });
    await merge(db, "main", "dev", { strategy: "target" });
    await merge(db, "dev-then", "main", { strategy: "target" });
    await refused("MERGE_CONFLICT", merge(db, "dev", "main", { strategy: "manual" }));
  },

  "show in a dry run what they would do": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    const { scn } = await commit(db, "dev", "UPDATE t SET v = 'dev' WHERE id = 1", "INSERT INTO t VALUES (3, 'c')");
    const before = await commit(db, "main", "UPDATE t SET v = 'main' WHERE id = 1");
    const dry = await merge(db, "dev", "main", { strategy: "source", dryRun: true, deleteSource: true });
    expect(dry).toMatchObject({
      ...{ scn: before.scn, timestamp: before.timestamp, changed: false, merged: 1 },
      ...{ conflictCount: 1, sourceDeleted: false, sourceScn: scn, dryRun: true },
    });
    expect(await values(db, "main")).toStrictEqual(["main", "b"]);
    const open = await merge(db, "dev", "main", { strategy: "manual", dryRun: true });
    expect(open.conflicts).toMatchObject([{ rowId: "1", resolution: null, resolved: null, decidedBy: null }]);
  },

  "go into the target that was looked at, when told so": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "DELETE FROM t");
    const { scn } = await commit(db, "main", "INSERT INTO t VALUES (3, 'c')");
    const error = await refused("TARGET_MOVED", merge(db, "dev", "main", { ifTargetScn: scn - 1 }));
    expect(error.data).toStrictEqual({ scn });
    expect(await merge(db, "dev", "main", { ifTargetScn: scn })).toMatchObject({ merged: 2 });
  },

  "delete their source, when told so": async ({ db }) => {
    await filled(db);
    const { id } = await db.createBranch({ name: "dev" });
    await commit(db, "dev", "DELETE FROM t WHERE id = 1");
    expect(await merge(db, "dev", "main", { deleteSource: true })).toMatchObject({ merged: 1, sourceDeleted: true });
    expect(await db.getBranch({ branch: id, deleted: true })).toMatchObject({ deletedAt: TIME });
    await refused("BRANCH_NOT_FOUND", head(db, "dev"));
  },

  "do not run triggers again": async ({ db }) => {
    await filled(db);
    await commit(
      db,
      "main",
      "CREATE TABLE seen (id INTEGER PRIMARY KEY, who)",
      "CREATE TRIGGER r AFTER UPDATE ON t BEGIN INSERT INTO seen (who) VALUES (new.id); END",
    );
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE t SET v = 'x' WHERE id = 1");
    await merge(db, "dev", "main");
    expect(await rows(db, "main", "SELECT who FROM seen")).toStrictEqual([[1n]]);
    await commit(db, "main", "UPDATE t SET v = 'y' WHERE id = 2");
    expect(await rows(db, "main", "SELECT who FROM seen ORDER BY id")).toStrictEqual([[1n], [2n]]);
  },

  "refuse a state that breaks a constraint": async ({ db }) => {
    await filled(db);
    await commit(db, "main", "CREATE UNIQUE INDEX once ON t (v)");
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE t SET v = 'z' WHERE id = 1");
    const { scn } = await commit(db, "main", "UPDATE t SET v = 'z' WHERE id = 2");
    const error = await refused("MERGE_CONSTRAINT", merge(db, "dev", "main"));
    expect(error.data).toStrictEqual({ table: "t", key: "1", constraint: "UNIQUE constraint failed: t.v" });
    expect(await head(db)).toBe(scn);
    expect(await values(db, "main")).toStrictEqual(["a", "z"]);
  },

  "refuse rows without the rows they refer to": async ({ db }) => {
    await filled(db);
    await commit(db, "main", "CREATE TABLE child (id INTEGER PRIMARY KEY, t REFERENCES t)");
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "INSERT INTO child VALUES (1, 2)");
    await commit(db, "main", "DELETE FROM t WHERE id = 2");
    await refused("MERGE_CONSTRAINT", merge(db, "dev", "main"));
    await refused("MERGE_CONSTRAINT", merge(db, "main", "dev"));
    await commit(db, "dev", "UPDATE child SET t = 1");
    expect(await merge(db, "dev", "main")).toMatchObject({ merged: 1 });
  },
});
