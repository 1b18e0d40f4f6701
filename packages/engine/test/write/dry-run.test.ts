import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { copyFiles, finishFile } from "../../src/index.js";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
afterEach(() => db.dispose());

const values = (branch: string) => db.rows(branch, "SELECT v FROM t ORDER BY id").flat();
const files = () => readdirSync(join(db.directory, "branches")).filter((name) => !/-(wal|shm)$/.test(name));

/** `follower` follows `middle`, which is a name for a state of main as long as nobody writes to it. Gives that state. */
function chain(): number {
  db = new TestDatabase();
  const { scn } = db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, 'main')");
  db.branch("middle");
  db.control({ op: "createBranch", request: { name: "follower", parent: "middle", isolated: false } });
  db.execute("main", "INSERT INTO t VALUES (2, 'later')");
  return scn;
}

it("of a restore leaves a branch that follows an unwritten one as it is", () => {
  const then = chain();
  db.restore("follower", { kind: "scn", scn: then }, { dryRun: true });
  db.execute("middle", "INSERT INTO t VALUES (3, 'middle')");
  expect(values("follower")).toEqual(["main", "middle"]);
});

it("of a merge leaves a branch that follows an unwritten one as it is", () => {
  chain();
  expect(db.merge("main", "follower", "auto", { dryRun: true })).toMatchObject({ merged: 1, changed: false });
  db.execute("middle", "INSERT INTO t VALUES (3, 'middle')");
  expect(values("follower")).toEqual(["main", "middle"]);
  db.merge("main", "follower");
  expect(values("follower")).toEqual(["main", "later", "middle"]);
  expect(values("middle")).toEqual(["main", "middle"]);
});

it("never puts the file that it has made over one that was written meanwhile", () => {
  chain();
  const request = { source: "main", target: "follower", strategy: "auto", author: "test", dryRun: true } as const;
  const job = db.writer.prepare({ op: "merge", request })!;
  copyFiles(job);
  db.writer.copied(job);
  // The file is made elsewhere, and nothing stands in the way of whoever writes to the branch that it is for.
  db.execute("middle", "INSERT INTO t VALUES (3, 'middle')");
  finishFile(job);
  db.writer.finish(job);
  db.reopen();
  expect(values("middle")).toEqual(["main", "middle"]);
  expect(files()).toHaveLength(2);
  expect(db.merge("main", "follower", "auto", { dryRun: true })).toMatchObject({ merged: 1, changed: false });
});
