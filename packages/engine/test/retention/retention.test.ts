import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { snapshotId } from "@heliosdb/port";
import Database from "better-sqlite3";
import { afterEach, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

const DAY = 86_400_000;
let db: TestDatabase;
afterEach(() => db.dispose());

const scn = (n: number) => ({ kind: "scn", scn: n }) as const;
const values = (branch: string, at?: { kind: "scn"; scn: number } | { kind: "snapshot"; id: string }) =>
  db.rows(branch, "SELECT v FROM t ORDER BY id", at).flat();

/** Ten commits, one a day; gives their SCNs. */
function tenDays(): number[] {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (0, 'first')");
  return Array.from({ length: 10 }, (_, i) => {
    db.travel(DAY);
    return db.execute("main", `INSERT INTO t VALUES (${i + 1}, ${i + 1})`, `UPDATE t SET v = 'v${i}' WHERE id = 0`).scn;
  });
}
const keep = (days: number | null, historyBytes: number | null = null) =>
  db.control({ op: "setRetention", request: { historyMs: days === null ? null : days * DAY, historyBytes } });
const entries = () => {
  const info = db.info("main", { details: true });
  return info.details!.historyBytes;
};

it("removes history by age: too old is a clear error, and all that is younger reads as before", () => {
  const scns = tenDays();
  const before = scns.map((each) => values("main", scn(each)));
  keep(5);
  expect(db.maintain().pruned).toBeGreaterThan(0);
  scns.forEach((each, i) => {
    // The state of five days ago is readable, and all after it.
    if (i >= 4) expect(values("main", scn(each))).toEqual(before[i]);
    else expect(codeOf(() => values("main", scn(each)))).toBe("POINT_EXPIRED");
  });
  db.reopen();
  expect(values("main", scn(scns[6]!))).toEqual(before[6]);
  expect(codeOf(() => db.branch("old", "main", scn(scns[1]!)))).toBe("POINT_EXPIRED");
  db.branch("young", "main", scn(scns[6]!));
  db.execute("young", "INSERT INTO t VALUES (100, 'y')");
  expect(values("young")).toEqual([...before[6]!, "y"]);
});

it("tells what can be read in the error", () => {
  const scns = tenDays();
  keep(5);
  db.maintain();
  try {
    values("main", scn(scns[0]!));
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: "POINT_EXPIRED", data: { earliest_scn: scns[4] } });
  }
});

it("keeps everything where there is no limit", () => {
  const scns = tenDays();
  keep(null);
  db.travel(1000 * DAY);
  expect(db.maintain().pruned).toBe(0);
  expect(values("main", scn(scns[0]!))).toEqual(["v0", 1]);
});

it("removes history by size, oldest first, until it fits", () => {
  db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO t SELECT i, randomblob(500) FROM n",
  );
  for (let i = 0; i < 20; i++) db.execute("main", "UPDATE t SET v = randomblob(500)");
  const large = entries();
  keep(null, 500_000);
  for (let turn = 0; turn < 30; turn++) db.maintain();
  expect(large).toBeGreaterThan(1_500_000);
  expect(entries()).toBeLessThan(500_000);
  expect(values("main")).toHaveLength(200);
});

it("keeps what an unwritten branch reads, however old", () => {
  const scns = tenDays();
  db.branch("old", "main", scn(scns[2]!));
  keep(3);
  db.maintain();
  expect(values("old")).toEqual(["v2", 1, 2, 3]);
  expect(values("main", scn(scns[4]!))).toHaveLength(6);
  db.control({ op: "deleteBranch", request: { branch: "old" } });
  db.travel(8 * DAY);
  db.maintain();
  db.maintain();
  expect(codeOf(() => values("main", scn(scns[4]!)))).toBe("POINT_EXPIRED");
});

it("keeps what merging two branches needs, until they are merged", () => {
  const scns = tenDays();
  db.branch("dev", "main", scn(scns[2]!));
  db.execute("dev", "INSERT INTO t VALUES (50, 'dev')");
  keep(3);
  db.maintain();
  expect(values("main", scn(scns[3]!))).toHaveLength(5);
  expect(db.merge("dev", "main")).toMatchObject({ merged: 1, conflictCount: 0 });
  db.merge("main", "dev");
  db.travel(4 * DAY);
  db.maintain();
  expect(codeOf(() => values("main", scn(scns[3]!)))).toBe("POINT_EXPIRED");
  db.execute("dev", "UPDATE t SET v = 'again' WHERE id = 50");
  db.execute("main", "UPDATE t SET v = 'here' WHERE id = 0");
  expect(db.merge("dev", "main")).toMatchObject({ merged: 1, conflictCount: 0 });
  expect(values("main").at(-1)).toBe("again");
});

it("gives a kept snapshot a file of its own before its history goes", () => {
  const scns = tenDays();
  const request = { branch: "main", at: scn(scns[1]!), name: "release-1", author: "test" };
  const made = db.control({ op: "createSnapshot", request });
  expect(made).toMatchObject({ id: snapshotId(scns[1]!), scn: scns[1], type: "manual", rows: 3, tables: 1 });
  keep(3);
  expect(db.maintain().jobs).toBe(1);
  expect(codeOf(() => values("main", scn(scns[0]!)))).toBe("POINT_EXPIRED");
  expect(codeOf(() => values("main", scn(scns[2]!)))).toBe("POINT_EXPIRED");
  expect(values("main", { kind: "snapshot", id: made.id })).toEqual(["v1", 1, 2]);
  expect(values("main", scn(scns[1]!))).toEqual(["v1", 1, 2]);
  db.reopen();
  expect(values("main", scn(scns[1]!))).toEqual(["v1", 1, 2]);
  expect(
    db.rows(
      "main",
      "SELECT a.v, b.v FROM t AS OF SNAPSHOT 'release-1' AS a JOIN t AS b ON a.id = b.id".replace("release-1", made.id),
    ),
  ).toEqual([
    ["v1", "v9"],
    [1, 1],
    [2, 2],
  ]);
  db.branch("from-kept", "main", { kind: "snapshot", id: made.id });
  db.execute("from-kept", "INSERT INTO t VALUES (3, 'mine')");
  expect(values("from-kept")).toEqual(["v1", 1, 2, "mine"]);
  expect(db.restore("main", { kind: "snapshot", id: made.id })).toMatchObject({ changed: true, restoredScn: scns[1] });
  expect(values("main")).toEqual(["v1", 1, 2]);
  expect(readdirSync(join(db.directory, "snapshots"))).toHaveLength(1);
  db.control({ op: "deleteSnapshot", request: { branch: "main", snapshot: "release-1" } });
  expect(readdirSync(join(db.directory, "snapshots"))).toHaveLength(0);
  expect(codeOf(() => values("main", scn(scns[1]!)))).toBe("POINT_EXPIRED");
});

it("takes a snapshot once, by a name that is free, and lists the newest first", () => {
  const scns = tenDays();
  const take = (at: number, name?: string) =>
    db.control({ op: "createSnapshot", request: { branch: "main", at: scn(at), name, author: "test" } });
  take(scns[1]!, "one");
  take(scns[3]!);
  expect(codeOf(() => take(scns[1]!))).toBe("SNAPSHOT_EXISTS");
  expect(codeOf(() => take(scns[5]!, "one"))).toBe("SNAPSHOT_EXISTS");
  expect(codeOf(() => take(scns[5]!, "snap_1"))).toBe("INVALID_FIELD");
  const listed = db.read({ op: "listSnapshots", request: { branch: "main" } });
  expect(listed.map((each) => each.scn)).toEqual([scns[3], scns[1]]);
  expect(codeOf(() => db.control({ op: "deleteSnapshot", request: { branch: "main", snapshot: "two" } }))).toBe(
    "SNAPSHOT_NOT_FOUND",
  );
});

it("takes a snapshot by itself before a restore and each day that brought changes", () => {
  const scns = tenDays();
  db.restore("main", scn(scns[3]!));
  const automatic = () =>
    db.read({ op: "listSnapshots", request: { branch: "main" } }).filter(({ type }) => type === "automatic");
  expect(automatic()).toMatchObject([{ scn: scns[9], description: "before a restore" }]);
  db.travel(DAY + 1);
  db.maintain();
  expect(automatic()).toHaveLength(2);
  db.travel(DAY + 1);
  db.maintain();
  expect(automatic()).toHaveLength(2);
});

it("forgets a dropped table once nobody can ask for it", () => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, 'x')");
  const there = db.info("main").headScn;
  db.execute("main", "DROP TABLE t");
  expect(values("main", scn(there))).toEqual(["x"]);
  db.travel(40 * DAY);
  db.execute("main", "CREATE TABLE u (id INTEGER PRIMARY KEY)");
  db.travel(40 * DAY);
  db.maintain();
  expect(codeOf(() => values("main", scn(there)))).toBe("POINT_EXPIRED");
  const file = join(db.directory, "branches", "b1.db");
  expect(existsSync(file)).toBe(true);
  expect(db.info("main").stats.tables).toBe(1);
});

it("goes on with the others where another program has written to the file of one branch", () => {
  const scns = tenDays();
  db.branch("dev");
  db.execute("dev", "INSERT INTO t VALUES (99, 'dev')");
  db.writer.close();
  db.reader.close();
  const outside = new Database(join(db.directory, "branches", "b2.db"));
  outside.exec("CREATE TABLE theirs (v)");
  outside.close();
  db = new TestDatabase(db.directory);
  db.clockOffsetMs = 10 * DAY;
  db.reopen();
  expect(codeOf(() => db.execute("dev", "INSERT INTO t VALUES (100, 'x')"))).toBe("EXTERNAL_CHANGE");
  keep(5);
  expect(db.maintain().pruned).toBeGreaterThan(0);
  expect(codeOf(() => values("main", scn(scns[0]!)))).toBe("POINT_EXPIRED");
});
