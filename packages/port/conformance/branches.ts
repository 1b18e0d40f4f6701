import { expect } from "vitest";
import { at, cases, commit, filled, head, merge, rows, until, values } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER, TIME } from "./matchers.js";

const HOUR = 3_600_000_000;
const now = () => Date.now() * 1000;

export const BRANCH_CASES = cases("branches", {
  "begin with main": async ({ db }) => {
    const main = await db.getBranch({ branch: "main" });
    expect(main).toStrictEqual({
      id: expect.stringMatching(/^br_/),
      name: "main",
      parent: null,
      createdAt: TIME,
      forkScn: main.headScn,
      forkAt: TIME,
      headScn: NUMBER,
      state: "active",
      isDefault: true,
      isProtected: false,
      readOnly: false,
      isolated: true,
      displayName: null,
      metadata: {},
      updatedAt: TIME,
      expiresAt: null,
      deletedAt: null,
      stats: { tables: 0, rows: 0, sizeBytes: NUMBER, lastModified: TIME },
    });
    expect(await db.listBranches({})).toStrictEqual([main]);
  },

  "say all about themselves where they are made, looked at and listed": async ({ db }) => {
    const { scn, timestamp } = await filled(db);
    const expiresAt = now() + HOUR;
    const main = await db.getBranch({ branch: "main" });
    const made = await db.createBranch({
      name: "dev",
      readOnly: true,
      displayName: "Development",
      metadata: { pr: 7, tags: ["a", null], deep: { yes: true } },
      expiresAt,
    });
    expect(made).toStrictEqual({
      id: expect.stringMatching(/^br_/),
      name: "dev",
      parent: { id: main.id, name: "main" },
      createdAt: TIME,
      forkScn: scn,
      forkAt: timestamp,
      headScn: scn,
      state: "active",
      isDefault: false,
      isProtected: false,
      readOnly: true,
      isolated: true,
      displayName: "Development",
      metadata: { pr: 7, tags: ["a", null], deep: { yes: true } },
      updatedAt: made.createdAt,
      expiresAt,
      deletedAt: null,
      stats: { tables: 1, rows: 2, sizeBytes: NUMBER, lastModified: timestamp },
    });
    expect(made.createdAt).toBeGreaterThanOrEqual(timestamp);
    expect(await db.getBranch({ branch: "dev" })).toStrictEqual(made);
    expect(await db.getBranch({ branch: made.id })).toStrictEqual(made);
    expect(await db.listBranches({})).toStrictEqual([main, made]);
  },

  "keep their own rows": async ({ db }) => {
    await filled(db);
    const { id } = await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE t SET v = 'dev' WHERE id = 1");
    await commit(db, "main", "DELETE FROM t WHERE id = 2");
    await db.createBranch({ name: "child", parent: "dev" });
    expect(await values(db, "main")).toStrictEqual(["a"]);
    expect(await values(db, "dev")).toStrictEqual(["dev", "b"]);
    expect(await values(db, id)).toStrictEqual(["dev", "b"]);
    expect(await values(db, "child")).toStrictEqual(["dev", "b"]);
    expect((await db.getBranch({ branch: "child" })).parent).toStrictEqual({ id, name: "dev" });
  },

  "fork from a point in time of their parent, with its schema": async ({ db }) => {
    const { scn, timestamp } = await filled(db);
    await commit(db, "main", "DROP TABLE t");
    const made = await db.createBranch({ name: "old", at: at(scn) });
    expect(made).toMatchObject({ forkScn: scn, forkAt: timestamp, headScn: scn, stats: { tables: 1, rows: 2 } });
    await commit(db, "old", "INSERT INTO t VALUES (3, 'c')");
    expect(await values(db, "old")).toStrictEqual(["a", "b", "c"]);
    expect(await values(db, "old", scn)).toStrictEqual(["a", "b"]);
    await db.createBranch({ name: "timed", at: { kind: "timestamp", until: timestamp } });
    expect(await values(db, "timed")).toStrictEqual(["a", "b"]);
  },

  "follow their parent until they are written to, if they are not isolated": async ({ db }) => {
    const { scn } = await filled(db);
    const made = await db.createBranch({ name: "open", isolated: false });
    expect(made.isolated).toBe(false);
    await commit(db, "main", "INSERT INTO t VALUES (3, 'c')");
    expect(await values(db, "open")).toStrictEqual(["a", "b", "c"]);
    await commit(db, "open", "DELETE FROM t WHERE id = 1");
    await commit(db, "main", "INSERT INTO t VALUES (4, 'd')");
    expect(await values(db, "open")).toStrictEqual(["b", "c"]);
    await refused("INVALID_FIELD", db.createBranch({ name: "both", isolated: false, at: at(scn) }));
  },

  "have names that are free and well formed": async ({ db }) => {
    await db.createBranch({ name: "dev" });
    await refused("BRANCH_EXISTS", db.createBranch({ name: "dev" }));
    await refused("BRANCH_EXISTS", db.createBranch({ name: "main" }));
    for (const name of ["", "a b", "-x", "br_12345678"])
      await refused("INVALID_BRANCH_NAME", db.createBranch({ name }));
  },

  "are refused for what they can't be": async ({ db }) => {
    await refused("BRANCH_NOT_FOUND", db.createBranch({ name: "dev", parent: "nobody" }));
    await refused("POINT_IN_FUTURE", db.createBranch({ name: "dev", at: at((await head(db)) + 10) }));
    await refused("INVALID_FIELD", db.createBranch({ name: "dev", expiresAt: 1 }));
    await refused("INVALID_FIELD", db.createBranch({ name: "dev", metadata: { big: "x".repeat(100_000) } }));
    await refused("INVALID_FIELD", db.createBranch({ name: "dev", displayName: "x".repeat(10_000) }));
    expect((await db.listBranches({})).map(({ name }) => name)).toStrictEqual(["main"]);
  },

  "count what they did, and how far they and their parent have gone apart": async ({ db }) => {
    await filled(db);
    const main = await db.getBranch({ branch: "main", details: true, changes: true });
    expect(main.changes).toBeNull();
    const bytes = { dataBytes: NUMBER, historyBytes: NUMBER };
    expect(main.details).toStrictEqual({ ...bytes, changes: null, divergence: null });
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "INSERT INTO t VALUES (3, 'c'), (4, 'd')", "UPDATE t SET v = 'A' WHERE id = 1");
    await commit(db, "dev", "DELETE FROM t WHERE id = 2");
    await commit(db, "main", "INSERT INTO t VALUES (9, 'i')");
    const changes = { inserts: 2, updates: 1, deletes: 1 };
    const dev = await db.getBranch({ branch: "dev", changes: true });
    expect(dev.changes).toStrictEqual(changes);
    expect(dev.details).toBeUndefined();
    const parent = { id: main.id, name: "main" };
    const of = async () => (await db.getBranch({ branch: "dev", details: true })).details;
    const divergence = { parent, ahead: 2, behind: 1, canFastForward: false };
    expect(await of()).toStrictEqual({ ...bytes, changes, divergence });
    await merge(db, "main", "dev");
    expect((await of())?.divergence).toStrictEqual({ parent, ahead: 3, behind: 0, canFastForward: true });
    await merge(db, "dev", "main");
    expect((await of())?.divergence).toStrictEqual({ parent, ahead: 0, behind: 1, canFastForward: false });
  },

  "are deleted when their time is over": async ({ db }) => {
    await filled(db);
    const { id } = await db.createBranch({ name: "short", expiresAt: now() + 400_000 });
    expect(await rows(db, "short", "SELECT count(*) FROM t")).toStrictEqual([[2n]]);
    await until(async () => (await db.listBranches({})).every(({ name }) => name !== "short"));
    expect(await db.getBranch({ branch: id, deleted: true })).toMatchObject({ state: "deleted", name: "short" });
  },

  "that nobody knows are not found, whatever is asked of them": async ({ db }) => {
    const branch = "nobody";
    const author = "ann";
    const state = { branch };
    const main = { branch: "main" };
    await Promise.all(
      [
        db.getBranch({ branch }),
        db.updateBranch({ branch, name: "x" }),
        db.deleteBranch({ branch }),
        db.undeleteBranch({ id: "br_nobody00" }),
        db.resetBranch({ branch, to: "parent", author }),
        db.listTables({ branch }),
        db.resolve({ branch, at: { kind: "now" } }),
        db.query({ branch, sql: "SELECT 1" }),
        db.readTable({ branch, table: "t", limit: 1, offset: 0, includeTotal: false }),
        db.execute({ branch, author, statements: [{ sql: "CREATE TABLE x (v)" }] }),
        db.insertRows({ branch, author, table: "t", rows: [{ id: 1n }], onConflict: "error" }),
        db.updateRows({ branch, author, table: "t", values: { id: 1n }, filter: "true" }),
        db.deleteRows({ branch, author, table: "t", filter: "true" }),
        db.merge({ source: branch, target: "main", strategy: "auto", author }),
        db.merge({ source: "main", target: branch, strategy: "auto", author }),
        db.restore({ branch, at: { kind: "now" }, author }),
        db.diff({ from: state, to: main, limit: 1 }),
        db.diff({ from: main, to: state, limit: 1 }),
        db.history({ branch, limit: 1 }),
        db.rowHistory({ branch, table: "t", key: [1n], limit: 1 }),
        db.listSnapshots({ branch }),
        db.createSnapshot({ branch, author }),
        db.deleteSnapshot({ branch, snapshot: "s" }),
        db.streamQuery({ branch, sql: "SELECT 1" }),
      ].map((call: Promise<unknown>) => refused("BRANCH_NOT_FOUND", call)),
    );
  },
});
