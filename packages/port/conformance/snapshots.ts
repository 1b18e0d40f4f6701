import { snapshotId } from "@heliosdb/port";
import { expect } from "vitest";
import { AUTHOR, at, cases, commit, filled, head, rows, until, values } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER, READABLE, TIME } from "./matchers.js";

const DAY = 86_400_000;
const take = { branch: "main", author: AUTHOR } as const;

export const SNAPSHOT_CASES = cases("snapshots", {
  "say what they keep, and are listed, the newest state first": async ({ db }) => {
    const { scn, timestamp } = await filled(db);
    await commit(db, "main", "DELETE FROM t WHERE id = 1");
    const { id } = await db.getBranch({ branch: "main" });
    const kept = await db.createSnapshot({ ...take, at: at(scn), name: "release", description: "the first" });
    expect(kept).toStrictEqual({
      id: snapshotId(scn),
      branch: { id, name: "main" },
      scn,
      timestamp,
      createdAt: TIME,
      type: "manual",
      name: "release",
      description: "the first",
      author: AUTHOR,
      tables: 1,
      rows: 2,
      sizeBytes: NUMBER,
    });
    const newer = await db.createSnapshot(take);
    expect(newer).toMatchObject({ scn: await head(db), name: null, description: null, rows: 1 });
    expect(await db.listSnapshots({ branch: "main" })).toStrictEqual([newer, kept]);
    expect(await db.deleteSnapshot({ branch: "main", snapshot: "release" })).toStrictEqual(kept);
    expect(await db.deleteSnapshot({ branch: "main", snapshot: newer.id })).toStrictEqual(newer);
    expect(await db.listSnapshots({ branch: "main" })).toStrictEqual([]);
  },

  "are taken once, by a name that is free": async ({ db }) => {
    await filled(db);
    await db.createSnapshot({ ...take, name: "one" });
    await refused("SNAPSHOT_EXISTS", db.createSnapshot({ ...take, name: "two" }));
    await commit(db, "main", "DELETE FROM t");
    await refused("SNAPSHOT_EXISTS", db.createSnapshot({ ...take, name: "one" }));
    await refused("INVALID_FIELD", db.createSnapshot({ ...take, name: "snap_1" }));
    await refused("SNAPSHOT_NOT_FOUND", db.deleteSnapshot({ branch: "main", snapshot: "two" }));
  },
});

export const RETENTION_CASES = cases("retention", {
  "is set in parts, each of which stays": async ({ db }) => {
    const before = await db.getRetention({});
    expect(before).toStrictEqual({
      historyMs: expect.toSatisfy((each) => each === null || each > 0),
      historyBytes: expect.toSatisfy((each) => each === null || each > 0),
      deletedMs: NUMBER,
    });
    const changed = await db.setRetention({ historyMs: 5 * DAY, historyBytes: 1_000_000 });
    expect(changed).toStrictEqual({ ...before, historyMs: 5 * DAY, historyBytes: 1_000_000 });
    expect(await db.setRetention({ historyMs: null, deletedMs: 1000 })).toStrictEqual({
      ...{ historyMs: null, historyBytes: 1_000_000, deletedMs: 1000 },
    });
    expect(await db.getRetention({})).toStrictEqual({ historyMs: null, historyBytes: 1_000_000, deletedMs: 1000 });
    await refused("INVALID_FIELD", db.setRetention({ historyMs: -1 }));
    await refused("INVALID_FIELD", db.setRetention({ historyBytes: 0.5 }));
  },

  "removes history, but not the present nor a snapshot": async ({ db }) => {
    const first = await filled(db);
    const kept = await commit(db, "main", "UPDATE t SET v = 'kept'");
    const { id } = await db.createSnapshot({ ...take, at: at(kept.scn) });
    for (const v of ["c", "d"]) await commit(db, "main", `UPDATE t SET v = '${v}'`);
    await db.setRetention({ historyBytes: 1 });
    const read = () => values(db, "main", first.scn);
    await until(async () => {
      // Maintenance may run only with other work.
      await commit(db, "main", "UPDATE t SET v = random()");
      return read().then(
        () => false,
        () => true,
      );
    });
    const error = await refused("POINT_EXPIRED", read());
    expect(error.data).toStrictEqual(READABLE);
    await refused("POINT_EXPIRED", db.createBranch({ name: "old", at: at(first.scn) }));
    const sql = "SELECT v FROM t";
    const snapshot = { kind: "snapshot", id } as const;
    expect((await db.query({ branch: "main", sql, at: snapshot })).rows).toStrictEqual([["kept"], ["kept"]]);
    expect(await rows(db, "main", "SELECT count(*) FROM t")).toStrictEqual([[2n]]);
    expect((await db.history({ branch: "main", limit: 100 })).truncated).toBe(true);
  },

  "clears deleted branches away": async ({ db }) => {
    await filled(db);
    const { id } = await db.createBranch({ name: "dev" });
    await commit(db, "dev", "DELETE FROM t");
    await db.deleteBranch({ branch: "dev" });
    await db.setRetention({ deletedMs: 1 });
    await until(async () => {
      await commit(db, "main", "UPDATE t SET v = random()");
      return (await db.listBranches({ deleted: true })).length === 1;
    });
    await refused("BRANCH_NOT_FOUND", db.undeleteBranch({ id }));
  },
});
