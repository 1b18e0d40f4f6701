import type { DatabasePort, MergeConflict, MergeResolution, MergeStrategy } from "@heliosdb/port";
import { expect } from "vitest";
import { cases, commit, head, merge, rows } from "./case.js";
import { refused } from "./errors.js";

const BLOB = new Uint8Array([1, 2, 3]);
const BIG = 9007199254740993n;

/** Conflicts: name and age of 1; 2 deleted on dev and changed on main; 3 inserted on both; 4 changed and deleted. */
async function disputed(db: DatabasePort): Promise<void> {
  await commit(
    db,
    "main",
    "CREATE TABLE p (id INTEGER PRIMARY KEY, name, age)",
    "INSERT INTO p VALUES (1, x'010203', 1), (2, 'b', 2.0), (4, 'd', 4)",
  );
  await db.createBranch({ name: "dev" });
  await commit(db, "main", "UPDATE p SET name = 'main', age = 2.0 WHERE id = 1", "UPDATE p SET age = 2 WHERE id = 2");
  await commit(db, "main", "INSERT INTO p VALUES (3, 'main3', 33)", "DELETE FROM p WHERE id = 4");
  await commit(
    db,
    "dev",
    `UPDATE p SET name = 'dev', age = ${BIG} WHERE id = 1`,
    "DELETE FROM p WHERE id = 2",
    "INSERT INTO p VALUES (3, 'dev3', 3)",
    "UPDATE p SET age = 44 WHERE id = 4",
  );
}

const conflict = (
  rowId: string,
  column: string | null,
  type: MergeConflict["type"],
  [base, source, target]: readonly MergeConflict["base"][],
): MergeConflict => ({
  table: "p",
  ...{ rowId, column, type },
  ...{ base: base!, source: source!, target: target! },
  ...{ resolution: null, resolved: null, decidedBy: null },
});
const row = (id: bigint, name: string, age: bigint | number) => ({ id, name, age });

/** The exact conflicts, unresolved. */
const DISPUTED: readonly MergeConflict[] = [
  conflict("1", "name", "update_update", [BLOB, "dev", "main"]),
  conflict("1", "age", "update_update", [1n, BIG, 2]),
  conflict("2", null, "delete_update", [row(2n, "b", 2), null, row(2n, "b", 2n)]),
  conflict("3", null, "insert_insert", [null, row(3n, "dev3", 3n), row(3n, "main3", 33n)]),
  conflict("4", null, "update_delete", [row(4n, "d", 4n), row(4n, "d", 44n), null]),
];

const people = (db: DatabasePort) => rows(db, "main", "SELECT * FROM p ORDER BY id");
const byStrategy = (db: DatabasePort, strategy: MergeStrategy, resolutions?: readonly MergeResolution[]) =>
  merge(db, "dev", "main", { strategy, ...(resolutions && { resolutions }) });

export const MERGE_CONFLICT_CASES = cases("merge conflicts", {
  "are all listed with exact values, and nothing is merged": async ({ db }) => {
    await disputed(db);
    const before = await head(db);
    const error = await refused("MERGE_CONFLICT", byStrategy(db, "manual"));
    expect(error.conflicts).toStrictEqual(DISPUTED);
    expect(error.data).toStrictEqual({ conflict_count: 5 });
    expect(await head(db)).toBe(before);
    const dry = await merge(db, "dev", "main", { strategy: "manual", dryRun: true });
    expect(dry.conflicts).toStrictEqual(DISPUTED);
    expect(dry.conflictCount).toBe(5);
  },

  "end the merge at the first one by the strategy abort": async ({ db }) => {
    await disputed(db);
    const error = await refused("MERGE_CONFLICT", byStrategy(db, "abort"));
    expect(error.conflicts).toStrictEqual(DISPUTED.slice(0, 1));
    expect(error.data).toStrictEqual({ conflict_count: 5 });
  },

  "go to the source by its strategy": async ({ db }) => {
    await disputed(db);
    const { conflicts, conflictCount } = await byStrategy(db, "source");
    expect(conflictCount).toBe(5);
    expect(conflicts).toStrictEqual(
      DISPUTED.map((each) => ({ ...each, resolution: "source", resolved: each.source, decidedBy: "strategy" })),
    );
    expect(await people(db)).toStrictEqual([
      [1n, "dev", BIG],
      [3n, "dev3", 3n],
      [4n, "d", 44n],
    ]);
  },

  "go to the target by its strategy": async ({ db }) => {
    await disputed(db);
    const { conflicts } = await byStrategy(db, "target");
    expect(conflicts).toStrictEqual(
      DISPUTED.map((each) => ({ ...each, resolution: "target", resolved: each.target, decidedBy: "strategy" })),
    );
    expect(await people(db)).toStrictEqual([
      [1n, "main", 2],
      [2n, "b", 2n],
      [3n, "main3", 33n],
    ]);
  },

  "go to the newer write by the strategy auto, unless both sides may have numbered two things alike": async ({
    db,
  }) => {
    await disputed(db);
    await commit(db, "main", "UPDATE p SET age = 'newer' WHERE id = 2");
    const error = await refused("MERGE_CONFLICT", byStrategy(db, "auto"));
    expect(error.conflicts).toMatchObject([{ rowId: "3", type: "insert_insert", resolution: null }]);
    const { conflicts } = await byStrategy(db, "auto", [{ table: "p", key: 3n, use: "target" }]);
    expect(conflicts.map(({ rowId, resolution, decidedBy }) => [rowId, resolution, decidedBy])).toStrictEqual([
      ["1", "source", "strategy"],
      ["1", "source", "strategy"],
      ["2", "target", "strategy"],
      ["3", "target", "caller"],
      ["4", "source", "strategy"],
    ]);
    expect(await people(db)).toStrictEqual([
      [1n, "dev", BIG],
      [2n, "b", "newer"],
      [3n, "main3", 33n],
      [4n, "d", 44n],
    ]);
  },

  "are settled by the caller, by key and column, and the rest by the strategy": async ({ db }) => {
    await disputed(db);
    const whole = { id: 3n, name: "both", age: null };
    const { conflicts } = await byStrategy(db, "target", [
      { table: "p", key: 1n, column: "name", use: "source" },
      { table: "p", key: 1n, column: "age", use: "value", value: 15n },
      { table: "P", key: "3", use: "value", value: whole },
      { table: "p", key: [4n], use: "source" },
    ]);
    expect(
      conflicts.map(({ column, resolution, resolved, decidedBy }) => [column, resolution, resolved, decidedBy]),
    ).toStrictEqual([
      ["name", "source", "dev", "caller"],
      ["age", "value", 15n, "caller"],
      [null, "target", row(2n, "b", 2n), "strategy"],
      [null, "value", whole, "caller"],
      [null, "source", row(4n, "d", 44n), "caller"],
    ]);
    expect(await people(db)).toStrictEqual([
      [1n, "dev", 15n],
      [2n, "b", 2n],
      [3n, "both", null],
      [4n, "d", 44n],
    ]);
  },

  "that stay open are those that are listed": async ({ db }) => {
    await disputed(db);
    const one = [{ table: "p", key: 1n, use: "source" }] as const;
    const error = await refused("MERGE_CONFLICT", byStrategy(db, "manual", one));
    expect(error.conflicts).toStrictEqual(DISPUTED.slice(2));
    const gone = [...one, ...[2n, 3n, 4n].map((key) => ({ table: "p", key, use: "value", value: null }) as const)];
    await byStrategy(db, "manual", gone);
    expect(await people(db)).toStrictEqual([[1n, "dev", BIG]]);
  },

  "are found by composite keys": async ({ db }) => {
    await commit(
      db,
      "main",
      "CREATE TABLE c (x INTEGER, y TEXT, v, PRIMARY KEY (x, y)) WITHOUT ROWID",
      "INSERT INTO c VALUES (1, 'a', 0), (2, 'b', 0)",
    );
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE c SET v = 'dev'");
    await commit(db, "main", "UPDATE c SET v = 'main'");
    const { conflicts } = await byStrategy(db, "manual", [
      { table: "c", key: [1n, "a"], use: "source" },
      { table: "c", key: '[2,"b"]', column: "v", use: "value", value: "mine" },
    ]);
    expect(conflicts.map(({ rowId }) => rowId)).toStrictEqual(['[1,"a"]', '[2,"b"]']);
    expect(await rows(db, "main", "SELECT v FROM c ORDER BY x")).toStrictEqual([["dev"], ["mine"]]);
  },

  "are not settled by what makes no sense": async ({ db }) => {
    await disputed(db);
    const before = await head(db);
    const settle = (resolution: MergeResolution) => byStrategy(db, "source", [resolution]);
    const unused = await refused("INVALID_MERGE", settle({ table: "p", key: 9n, use: "source" }));
    expect(unused.data).toStrictEqual({ table: "p" });
    await refused("INVALID_MERGE", settle({ table: "nobody", key: 1n, use: "source" }));
    const lacking = await refused("INVALID_FIELD", settle({ table: "p", key: 1n, column: "age", use: "value" }));
    expect(lacking.data).toStrictEqual({ table: "p" });
    await refused("INVALID_FIELD", settle({ table: "p", key: 1n, use: "value", value: null }));
    await refused("INVALID_FIELD", settle({ table: "p", key: 3n, use: "value", value: { id: 3n } }));
    await refused("INVALID_FIELD", settle({ table: "p", key: 3n, use: "source", value: null }));
    expect(await head(db)).toBe(before);
  },
});
