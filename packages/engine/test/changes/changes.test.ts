import type { BranchChange, ChangePosition } from "@heliosdb/port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

const START: ChangePosition = { seq: 0, scn: 0 };
let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

const idOf = (branch: string) => db.info(branch, { deleted: true }).id;

/** All changes of a branch, read in pages of a size. */
function changesOf(branch: string, after = START, limit = 100): BranchChange[] {
  const found: BranchChange[] = [];
  for (let position = after; ; ) {
    const page = db.read({ op: "changesOf", request: { branch, after: position, limit } });
    found.push(...page.changes);
    expect(page.changes.length).toBeLessThanOrEqual(limit);
    if (!page.more) {
      expect(page.truncated).toBe(false);
      return found;
    }
    position = page.position;
  }
}

/** The same however it is paged, and from each change on it is the rest. */
function checked(branch: string): BranchChange[] {
  const all = changesOf(branch);
  for (const limit of [1, 2, 3]) expect(changesOf(branch, START, limit)).toEqual(all);
  for (const [i, { position }] of all.entries()) expect(changesOf(branch, position)).toEqual(all.slice(i + 1));
  expect(all.map(({ timestamp }) => timestamp)).toEqual(
    all.map(({ timestamp }) => timestamp).toSorted((a, b) => a - b),
  );
  return all;
}

const brief = (change: BranchChange) =>
  change.kind === "committed" ? `${change.branch.name}: ${change.commit}` : `${change.branch.name}: ${change.kind}`;

it("a branch's whole life is told in order, under the names that it had", () => {
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, 1), (2, 2)");
  const forked = db.info("main").headScn;
  const { id } = db.branch("dev");
  const update = (change: object) => db.control({ op: "updateBranch", request: { branch: id, ...change } });
  db.execute("dev", "UPDATE t SET v = 5", "INSERT INTO t VALUES (3, 3)");
  update({ name: "dev-2" });
  db.execute("dev-2", "DELETE FROM t WHERE id = 1");
  update({ isProtected: true });
  update({ displayName: "of no interest" });
  update({ isProtected: false });
  db.control({ op: "resetBranch", request: { branch: id, to: "parent", author: "rae", message: "anew" } });
  db.execute("dev-2", "INSERT INTO t VALUES (9, 9)");
  const merge = db.merge("dev-2", "main");
  db.control({ op: "deleteBranch", request: { branch: id } });
  db.control({ op: "undeleteBranch", request: { id, name: "back" } });
  db.restore("back", { kind: "scn", scn: merge.sourceScn });
  db.execute("back", "DELETE FROM t");

  const changes = checked(id);
  expect(changes.map(brief)).toEqual([
    "dev: created",
    "dev: write",
    "dev-2: write",
    "dev-2: protected",
    "dev-2: protected",
    "dev-2: reset",
    "dev-2: write",
    "dev-2: deleted",
    "back: created",
    "back: write",
  ]);
  expect(changes[0]).toMatchObject({ parent: { id: idOf("main"), name: "main" }, undeleted: false });
  expect(changes[1]).toMatchObject({ author: "test", tables: [{ table: "t", inserted: 1, updated: 2, deleted: 0 }] });
  expect(changes.slice(3, 5)).toMatchObject([{ isProtected: true }, { isProtected: false }]);
  expect(changes[5]).toMatchObject({ author: "rae", message: "anew", toScn: forked });
  expect(changes[8]).toMatchObject({ undeleted: true });

  const main = checked(idOf("main"));
  expect(main.map(brief)).toEqual(["main: created", "main: ddl", "main: merge"]);
  expect(main[0]).toMatchObject({ parent: null });
  expect(main[2]).toMatchObject({ merged: { id, scn: merge.sourceScn }, scn: merge.scn });
});

it("what a merge deletes, what expires and what a restore keeps is told as well", () => {
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  const source = db.branch("source").id;
  db.execute("source", "INSERT INTO t VALUES (1)");
  db.merge("source", "main", "auto", { deleteSource: true });
  expect(checked(source).map(brief)).toEqual(["source: created", "source: write", "source: deleted"]);

  const expiresAt = (Date.now() + 60_000) * 1000;
  const { id } = db.control({ op: "createBranch", request: { name: "short", expiresAt } });
  db.travel(120_000);
  db.maintain();
  expect(checked(id).map(brief)).toEqual(["short: created", "short: deleted"]);

  const { backup } = db.restore("main", { kind: "scn", scn: 2 }, { backup: { name: "kept" } });
  expect(checked(backup!.id).map(brief)).toEqual(["kept: created"]);
});

it("an import's commit comes after its branch, though its SCN was given out before", () => {
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)");
  const path = db.export("main");
  const job = db.writer.prepareImport({ name: "loaded", author: "ann" }, path);
  const head = db.control({ op: "changesHead", request: {} });
  expect(head.scn).toBeGreaterThanOrEqual(job.scn);
  db.import("loaded", path);
  const id = idOf("loaded");
  expect(checked(id).map(brief)).toEqual(["loaded: created", "loaded: import"]);
  for (const limit of [1, 2])
    expect(changesOf(id, head, limit).map(brief)).toEqual(["loaded: created", "loaded: import"]);
});

it("the head is behind everything before it and before everything after it", () => {
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  const dev = db.branch("dev").id;
  const head = db.control({ op: "changesHead", request: {} });
  expect(changesOf(idOf("main"), head)).toEqual([]);
  expect(changesOf(dev, head)).toEqual([]);
  const { scn } = db.execute("main", "INSERT INTO t VALUES (1)");
  db.control({ op: "deleteBranch", request: { branch: "dev" } });
  expect(changesOf(idOf("main"), head).map(brief)).toEqual(["main: write"]);
  expect(changesOf(dev, head).map(brief)).toEqual(["dev: deleted"]);
  const before = db.read({ op: "changesBefore", request: { scn } });
  expect(before).toEqual({ seq: head.seq, scn: scn - 1 });
  db.reopen();
  const again = db.control({ op: "changesHead", request: {} });
  expect(again).toEqual({ seq: head.seq + 1, scn });
});

describe("an open transaction, which has an SCN since it began,", () => {
  const begin = () => {
    db.control({ op: "openTransaction", request: { branch: "main", id: "open" } });
    const statements = [{ sql: "INSERT INTO t DEFAULT VALUES" }];
    db.writer.inTransaction("open", { op: "execute", request: { branch: "main", author: "ann", statements } });
  };
  const end = (end: "commit" | "roll back") =>
    db.writer.endTransaction("open", end === "commit" ? { end, author: "ann", message: null } : { end });
  const headNow = () => db.control({ op: "changesHead", request: {} });
  beforeEach(() => void db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)"));

  it("commits behind a head that was told before, whoever was told", () => {
    begin();
    const head = headNow();
    const { scn } = end("commit")!;
    expect(scn).toBeGreaterThan(head.scn);
    expect(changesOf(idOf("main"), head).map(brief)).toEqual(["main: write"]);

    begin();
    // The record of a branch tells of an SCN, too.
    db.branch("dev");
    const ended = end("commit")!;
    expect(ended.scn).toBeGreaterThan(scn + 1);
    checked(idOf("main"));
  });

  it("never lets the head go back", () => {
    begin();
    const head = headNow();
    end("roll back");
    expect(headNow()).toEqual(head);
    begin();
    const later = headNow();
    end("roll back");
    const { scn } = db.execute("main", "INSERT INTO t DEFAULT VALUES");
    expect(later.scn).toBeGreaterThanOrEqual(head.scn);
    expect(scn).toBeGreaterThan(later.scn);
  });
});

it("the branches that have changed are found, those that were asked for and those that the record tells of", () => {
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  const [a, b] = [db.branch("a").id, db.branch("b").id];
  const after = db.control({ op: "changesHead", request: {} });
  const changed = (branches?: string[]) =>
    db.reader
      .read({ op: "changedBranches", request: { after, branches } })
      .branches.map(({ id }) => id)
      .toSorted();
  expect(changed()).toEqual([]);
  db.execute("a", "INSERT INTO t VALUES (1)");
  expect(changed()).toEqual([a]);
  expect(changed(["b", "nobody"])).toEqual([]);
  expect(changed([a])).toEqual([a]);
  db.control({ op: "updateBranch", request: { branch: "b", name: "c" } });
  expect(changed([])).toEqual([b]);
  expect(changed(["a"])).toEqual([a, b].toSorted());
  for (let n = 0; n < 230; n++) db.branch(`many-${n}`);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = db.read({ op: "changedBranches", request: { after, cursor } });
    found.push(...page.branches.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(new Set(found).size).toBe(found.length);
  expect(found).toHaveLength(232);
});

it("a branch that has been cleared away is still told of, and what retention removed is said to be missing", () => {
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, 0)");
  const { id } = db.branch("gone");
  db.execute("gone", "INSERT INTO t VALUES (2, 0)");
  db.control({ op: "deleteBranch", request: { branch: "gone" } });
  for (let n = 0; n < 5; n++) db.execute("main", "UPDATE t SET v = v + 1");
  db.control({ op: "setRetention", request: { historyMs: 86_400_000, deletedMs: 1000 } });
  db.travel(2 * 86_400_000);
  db.execute("main", "UPDATE t SET v = v + 1");
  db.maintain();
  expect(changesOf(id).map(brief)).toEqual(["gone: created", "gone: deleted"]);
  const main = db.read({ op: "changesOf", request: { branch: idOf("main"), after: START, limit: 100 } });
  expect(main.truncated).toBe(true);
  expect(main.changes.filter(({ kind }) => kind === "committed")).toHaveLength(2);
  const { newest } = db.reader
    .read({ op: "changedBranches", request: { after: START } })
    .branches.find((each) => each.id === id)!;
  expect(newest).toEqual({ seq: changesOf(id).at(-1)!.position.seq, scn: 0 });
  // The record itself is kept for a week, and its numbers are never used again.
  db.travel(30 * 86_400_000);
  db.maintain();
  expect(changesOf(id)).toEqual([]);
  const { seq } = db.control({ op: "changesHead", request: {} });
  db.branch("next");
  expect(changesOf(idOf("next"))[0]!.position.seq).toBe(seq + 1);
});

it("reads that were held do not hide what was committed since", () => {
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  db.reader.pin();
  db.rows("main", "SELECT * FROM t");
  db.execute("main", "INSERT INTO t VALUES (1)");
  db.branch("late");
  db.execute("late", "INSERT INTO t VALUES (2)");
  expect(
    changesOf(db.writer.control({ op: "updateBranch", request: { branch: "late", name: "later" } }).id).map(brief),
  ).toEqual(["late: created", "late: write"]);
  db.reader.unpin();
});
