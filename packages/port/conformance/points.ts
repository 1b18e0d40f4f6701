import { type PointInTime, snapshotId } from "@heliosdb/port";
import { expect } from "vitest";
import { AUTHOR, at, cases, commit, filled, head, merge, rows, values } from "./case.js";
import { refused } from "./errors.js";
import { READABLE } from "./matchers.js";

export const POINT_CASES = cases("points in time", {
  "are named by SCN, transaction, time and snapshot": async ({ db }) => {
    const { scn, timestamp } = await filled(db);
    const gone = await commit(db, "main", "DELETE FROM t");
    const points: readonly PointInTime[] = [
      { kind: "scn", scn },
      { kind: "transaction", scn },
      { kind: "timestamp", until: timestamp },
      { kind: "timestamp", until: gone.timestamp - 1 },
      { kind: "snapshot", id: snapshotId(scn) },
    ];
    for (const point of points) {
      expect(await db.resolve({ branch: "main", at: point })).toStrictEqual({ scn, timestamp });
      const found = await db.query({ branch: "main", at: point, sql: "SELECT v FROM t ORDER BY id" });
      expect([found.rows, found.scn]).toStrictEqual([[["a"], ["b"]], scn]);
    }
    const now = { scn: gone.scn, timestamp: gone.timestamp };
    expect(await db.resolve({ branch: "main", at: { kind: "now" } })).toStrictEqual(now);
    expect(await values(db, "main", gone.scn)).toStrictEqual([]);
  },

  "lie between the first commit and now": async ({ db }) => {
    const { scn } = await filled(db);
    const read = (point: PointInTime) => db.query({ branch: "main", at: point, sql: "SELECT 1" });
    const future = await refused("POINT_IN_FUTURE", read(at(scn + 1000)));
    expect(future.data).toStrictEqual(READABLE);
    await refused("POINT_IN_FUTURE", read({ kind: "timestamp", until: (Date.now() + 600_000) * 1000 }));
    const early = await refused("POINT_BEFORE_HISTORY", read({ kind: "timestamp", until: 1_000_000 }));
    expect(early.data).toStrictEqual(READABLE);
    await refused("SNAPSHOT_NOT_FOUND", read({ kind: "transaction", scn: scn + 1 }));
    await refused("SNAPSHOT_NOT_FOUND", read({ kind: "snapshot", id: "snap_zzz" }));
  },

  "show the schema as it was": async ({ db }) => {
    await commit(db, "main", "CREATE TABLE a (id INTEGER PRIMARY KEY, x, y)", "CREATE VIEW w AS SELECT y FROM a");
    const first = await commit(db, "main", "INSERT INTO a VALUES (1, 'x1', 'y1')");
    await commit(db, "main", "DROP VIEW w", "ALTER TABLE a DROP COLUMN y", "ALTER TABLE a RENAME COLUMN x TO z");
    await commit(db, "main", "ALTER TABLE a RENAME TO b");
    const second = await commit(db, "main", "INSERT INTO b VALUES (2, 'x2')");
    await commit(db, "main", "DROP TABLE b");
    expect(await rows(db, "main", "SELECT * FROM a", first.scn)).toStrictEqual([[1n, "x1", "y1"]]);
    expect(await rows(db, "main", "SELECT * FROM w", first.scn)).toStrictEqual([["y1"]]);
    expect(await rows(db, "main", "SELECT z FROM b ORDER BY id", second.scn)).toStrictEqual([["x1"], ["x2"]]);
    await refused("SQL_NAME_NOT_FOUND", rows(db, "main", "SELECT * FROM b", first.scn));
    await refused("SQL_NAME_NOT_FOUND", rows(db, "main", "SELECT * FROM b"));
  },

  "stand in SQL, beside the present": async ({ db }) => {
    const { scn, timestamp } = await filled(db);
    await commit(db, "main", "UPDATE t SET v = 'B' WHERE id = 2", "DELETE FROM t WHERE id = 1");
    const seconds = `'${new Date(timestamp / 1000).toISOString().slice(0, -1)}999Z'`;
    for (const clause of [
      `SCN ${scn}`,
      `TRANSACTION ${scn}`,
      `SNAPSHOT '${snapshotId(scn)}'`,
      `TIMESTAMP ${seconds}`,
    ]) {
      const sql = `SELECT was.v, now.v FROM t AS OF ${clause} AS was LEFT JOIN t AS now ON now.id = was.id ORDER BY was.id`;
      if (clause.startsWith("TIMESTAMP")) await db.query({ branch: "main", sql });
      else
        expect(await rows(db, "main", sql)).toStrictEqual([
          ["a", null],
          ["b", "B"],
        ]);
    }
    const bound = { branch: "main", sql: "SELECT count(*) FROM t AS OF SCN ?", params: [BigInt(scn)] };
    expect((await db.query(bound)).rows).toStrictEqual([[2n]]);
    await refused("INVALID_SQL", commit(db, "main", `INSERT INTO t SELECT id + 9, v FROM t AS OF SCN ${scn}`));
  },

  "of a branch reach back to its ancestors' commits": async ({ db }) => {
    const { scn } = await filled(db);
    const next = await commit(db, "main", "UPDATE t SET v = 'next'");
    await db.createBranch({ name: "dev" });
    const later = await commit(db, "main", "UPDATE t SET v = 'later'");
    expect(await values(db, "dev", scn)).toStrictEqual(["a", "b"]);
    expect(await values(db, "dev", next.scn)).toStrictEqual(["next", "next"]);
    expect(await values(db, "dev")).toStrictEqual(["next", "next"]);
    await refused("SNAPSHOT_NOT_FOUND", db.resolve({ branch: "dev", at: { kind: "transaction", scn: later.scn } }));
  },

  "stay what they are, whatever comes later": async ({ db }) => {
    const { scn } = await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE t SET v = 'dev'", "ALTER TABLE t ADD COLUMN w");
    await merge(db, "dev", "main");
    const merged = await head(db);
    await db.restore({ branch: "main", at: at(scn), author: AUTHOR });
    expect(await rows(db, "main", "SELECT * FROM t", scn)).toStrictEqual([
      [1n, "a"],
      [2n, "b"],
    ]);
    expect(await values(db, "main", merged)).toStrictEqual(["dev", "dev"]);
  },
});
