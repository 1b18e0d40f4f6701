import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

const DAY = 86_400_000;
let db: TestDatabase;
afterEach(() => db.dispose());

const scn = (n: number) => ({ kind: "scn", scn: n }) as const;
const values = (branch: string, at?: ReturnType<typeof scn>) =>
  db.rows(branch, "SELECT v FROM t ORDER BY id", at).flat();

function start(): void {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, 'main')");
}
const reset = (branch: string, to: "parent" | "self", at?: ReturnType<typeof scn>) =>
  db.control({ op: "resetBranch", request: { branch, to, at, author: "test" } });

it("changes names, settings and metadata, and refuses what makes no sense", () => {
  start();
  const { id } = db.branch("dev");
  const expiresAt = Date.now() * 1000 + DAY * 1000;
  const request = { branch: "dev", name: "preview", displayName: "A preview", metadata: { pr: 7 }, expiresAt };
  expect(db.control({ op: "updateBranch", request })).toMatchObject({ id, ...{ name: "preview", expiresAt } });
  expect(db.info("preview")).toMatchObject({ displayName: "A preview", metadata: { pr: 7 } });
  expect(codeOf(() => db.info("dev"))).toBe("BRANCH_NOT_FOUND");
  const change = (more: object) =>
    codeOf(() => db.control({ op: "updateBranch", request: { branch: "preview", ...more } }));
  expect(change({ name: "main" })).toBe("BRANCH_EXISTS");
  expect(change({ name: "a b" })).toBe("INVALID_BRANCH_NAME");
  expect(change({ expiresAt: 1 })).toBe("INVALID_FIELD");
  expect(change({ metadata: { big: "x".repeat(20_000) } })).toBe("INVALID_FIELD");
  expect(change({ branch: "main", name: "trunk" })).toBe("BRANCH_PROTECTED");
  expect(change({ branch: "main", expiresAt })).toBe("BRANCH_PROTECTED");
});

it("brings a deleted branch back with all it had, under another name if its own is taken", () => {
  start();
  const { id } = db.branch("dev");
  db.execute("dev", "INSERT INTO t VALUES (2, 'dev')");
  db.control({ op: "deleteBranch", request: { branch: "dev" } });
  expect(db.read({ op: "listBranches", request: {} })).toHaveLength(1);
  expect(db.read({ op: "listBranches", request: { deleted: true } })).toHaveLength(2);
  expect(db.info(id, { deleted: true })).toMatchObject({ state: "deleted", name: "dev" });
  db.branch("dev");
  const undelete = (name?: string) => db.control({ op: "undeleteBranch", request: { id, name } });
  expect(codeOf(() => undelete())).toBe("BRANCH_EXISTS");
  expect(undelete("dev-again")).toMatchObject({ id, name: "dev-again", state: "active" });
  expect(values("dev-again")).toEqual(["main", "dev"]);
});

it("clears a deleted branch away after its time, but not while somebody reads from its file", () => {
  start();
  const { id } = db.branch("dev");
  db.execute("dev", "INSERT INTO t VALUES (2, 'dev')");
  db.branch("child", "dev");
  db.control({ op: "deleteBranch", request: { branch: "child" } });
  db.control({ op: "deleteBranch", request: { branch: "dev" } });
  db.travel(3 * DAY);
  expect(db.maintain().purged).toBe(0);
  expect(db.control({ op: "undeleteBranch", request: { id } }).state).toBe("active");
  db.branch("reader", "dev");
  db.travel(5 * DAY);
  expect(db.maintain().purged).toBe(1);
  expect(values("reader")).toEqual(["main", "dev"]);
  for (const branch of ["reader", "dev"]) db.control({ op: "deleteBranch", request: { branch } });
  db.travel(8 * DAY);
  expect(db.maintain().purged).toBe(2);
  expect(codeOf(() => db.control({ op: "undeleteBranch", request: { id } }))).toBe("BRANCH_NOT_FOUND");
  expect(readdirSync(join(db.directory, "branches")).filter((name) => name.endsWith(".db"))).toEqual(["b1.db"]);
  db.reopen();
  expect(values("main")).toEqual(["main"]);
});

it("keeps the file of a deleted branch that is a merge base of two that live", () => {
  start();
  db.branch("dev");
  db.execute("dev", "INSERT INTO t VALUES (2, 'dev')");
  db.branch("other");
  db.merge("dev", "main");
  db.merge("dev", "other");
  db.control({ op: "deleteBranch", request: { branch: "dev" } });
  db.travel(8 * DAY);
  expect(db.maintain().purged).toBe(0);
  db.execute("other", "UPDATE t SET v = 'changed' WHERE id = 2");
  expect(db.merge("other", "main")).toMatchObject({ merged: 1, conflictCount: 0 });
  // The merge has made a newer base.
  expect(db.maintain().purged).toBe(1);
  expect(values("main")).toEqual(["main", "changed"]);
});

it("deletes a branch when its time is over, and leaves one with children", () => {
  start();
  const soon = (ms: number) => (Date.now() + db.clockOffsetMs + ms) * 1000;
  db.control({ op: "createBranch", request: { name: "preview", expiresAt: soon(3_600_000) } });
  db.control({ op: "createBranch", request: { name: "parent", expiresAt: soon(3_600_000) } });
  db.branch("child", "parent");
  expect(db.maintain().expired).toBe(0);
  db.travel(2 * 3_600_000);
  expect(db.maintain().expired).toBe(1);
  expect(codeOf(() => db.info("preview"))).toBe("BRANCH_NOT_FOUND");
  expect(db.info("parent").state).toBe("active");
  db.control({ op: "deleteBranch", request: { branch: "child" } });
  expect(db.maintain().expired).toBe(1);
});

it("resets a branch to its parent: what it did is forgotten, and readable by time", () => {
  start();
  db.branch("dev");
  const lost = db.execute("dev", "INSERT INTO t VALUES (2, 'lost')").scn;
  db.branch("child", "dev");
  db.execute("main", "INSERT INTO t VALUES (3, 'newer')");
  reset("dev", "parent");
  expect(values("dev")).toEqual(["main", "newer"]);
  expect(values("dev", scn(lost))).toEqual(["main", "lost"]);
  expect(values("child")).toEqual(["main", "lost"]);
  db.execute("dev", "INSERT INTO t VALUES (4, 'after')");
  expect(values("dev")).toEqual(["main", "newer", "after"]);
  expect(values("dev", scn(lost))).toEqual(["main", "lost"]);
  db.reopen();
  expect(values("dev", scn(lost))).toEqual(["main", "lost"]);
  // To a merge it is as if it had been made there.
  expect(db.merge("dev", "main")).toMatchObject({ merged: 1, conflictCount: 0 });
  expect(values("main")).toEqual(["main", "newer", "after"]);
});

it("forgets where a restore takes back: a branch that had merged what was lost keeps it", () => {
  start();
  db.branch("dev");
  db.branch("other");
  const fork = db.info("dev").headScn;
  db.execute("dev", "INSERT INTO t VALUES (2, 'two')");
  db.merge("dev", "other");
  reset("dev", "self", scn(fork));
  expect(values("dev")).toEqual(["main"]);
  db.execute("dev", "INSERT INTO t VALUES (5, 'five')");
  db.merge("dev", "other");
  expect(values("other")).toEqual(["main", "two", "five"]);
});

it("refuses to reset main, and a branch that has moved on", () => {
  start();
  expect(codeOf(() => reset("main", "self", scn(1)))).toBe("BRANCH_PROTECTED");
  db.branch("dev");
  const request = { branch: "dev", to: "parent", ifScn: 1, author: "test" } as const;
  expect(codeOf(() => db.control({ op: "resetBranch", request }))).toBe("TARGET_MOVED");
});

it("keeps what a reset left behind for as long as history is kept", () => {
  start();
  db.branch("dev");
  const lost = db.execute("dev", "INSERT INTO t VALUES (2, 'lost')").scn;
  reset("dev", "parent");
  db.travel(20 * DAY);
  expect(db.maintain().purged).toBe(0);
  db.travel(20 * DAY);
  expect(db.maintain().purged).toBe(1);
  expect(codeOf(() => values("dev", scn(lost)))).toBe("POINT_EXPIRED");
  expect(values("dev")).toEqual(["main"]);
});

it("counts how far branch and parent have gone apart, as git does", () => {
  start();
  db.branch("dev");
  const apart = () => db.info("dev", { details: true }).details!.divergence;
  expect(apart()).toMatchObject({ ahead: 0, behind: 0, canFastForward: true });
  db.execute("dev", "INSERT INTO t VALUES (2, 'a')");
  db.execute("dev", "INSERT INTO t VALUES (3, 'b')");
  expect(apart()).toMatchObject({ ahead: 2, behind: 0, canFastForward: true });
  db.execute("main", "INSERT INTO t VALUES (4, 'c')");
  expect(apart()).toMatchObject({ ahead: 2, behind: 1, canFastForward: false });
  db.merge("main", "dev");
  expect(apart()).toMatchObject({ ahead: 3, behind: 0, canFastForward: true });
  db.merge("dev", "main");
  expect(apart()).toMatchObject({ ahead: 0, behind: 1, canFastForward: false });
});

it("reads through a chain of fifty branches, unwritten and written", () => {
  start();
  for (let i = 1; i <= 50; i++) {
    db.branch(`b-${i}`, i === 1 ? "main" : `b-${i - 1}`);
    if (i % 2 === 0) db.execute(`b-${i}`, `INSERT INTO t VALUES (${i + 1}, ${i})`);
  }
  expect(values("b-50")).toHaveLength(26);
  expect(values("b-49")).toHaveLength(25);
  expect(db.merge("b-50", "main").merged).toBe(25);
  expect(values("main")).toHaveLength(26);
});

it("does each change once for one request id", () => {
  start();
  const create = () => db.control({ op: "createBranch", request: { requestId: "c1", name: "dev" } });
  expect(create()).toEqual(create());
  const drop = () => db.control({ op: "deleteBranch", request: { requestId: "d1", branch: "dev" } });
  expect(drop()).toEqual(drop());
});

it("takes no more writes on a branch whose file another program has written to", async () => {
  start();
  const { default: Database } = await import("better-sqlite3");
  const other = new Database(join(db.directory, "branches", "b1.db"));
  other.exec("INSERT INTO t VALUES (77, 'outside')");
  other.close();
  const write = () => codeOf(() => db.execute("main", "INSERT INTO t VALUES (78, 'x')"));
  expect(write()).toBe("EXTERNAL_CHANGE");
  expect(write()).toBe("EXTERNAL_CHANGE");
  db.reopen();
  expect(write()).toBe("EXTERNAL_CHANGE");
});

it("notices on opening that the schema was changed meanwhile", async () => {
  start();
  const { default: Database } = await import("better-sqlite3");
  db.writer.close();
  db.reader.close();
  const other = new Database(join(db.directory, "branches", "b1.db"));
  other.exec("ALTER TABLE t ADD COLUMN w");
  other.close();
  const again = new TestDatabase(db.directory);
  expect(codeOf(() => again.execute("main", "INSERT INTO t (id) VALUES (78)"))).toBe("EXTERNAL_CHANGE");
  db = again;
});
