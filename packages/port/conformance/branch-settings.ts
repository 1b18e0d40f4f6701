import { expect } from "vitest";
import { AUTHOR, cases, commit, filled, head, merge, values } from "./case.js";
import { refused } from "./errors.js";
import { TIME } from "./matchers.js";

const soon = () => (Date.now() + 3_600_000) * 1000;

export const BRANCH_SETTING_CASES = cases("branch settings", {
  "are changed by what a request says, and by nothing else": async ({ db }) => {
    await filled(db);
    const made = await db.createBranch({ name: "dev", displayName: "Dev", metadata: { a: 1 } });
    const expiresAt = soon();
    const given = { name: "preview", metadata: { b: [2] }, readOnly: true, isProtected: true, expiresAt };
    const changed = await db.updateBranch({ branch: "dev", ...given });
    expect(changed).toStrictEqual({ ...made, ...given, updatedAt: TIME });
    expect(changed.updatedAt).toBeGreaterThan(made.updatedAt);
    expect(await db.getBranch({ branch: "preview" })).toStrictEqual(changed);
    await refused("BRANCH_NOT_FOUND", db.getBranch({ branch: "dev" }));
    const cleared = await db.updateBranch({ branch: "preview", displayName: null, expiresAt: null });
    expect(cleared).toStrictEqual({ ...changed, displayName: null, expiresAt: null, updatedAt: TIME });
  },

  "are refused where they make no sense": async ({ db }) => {
    await db.createBranch({ name: "dev" });
    await refused("BRANCH_EXISTS", db.updateBranch({ branch: "dev", name: "main" }));
    await refused("INVALID_BRANCH_NAME", db.updateBranch({ branch: "dev", name: "a b" }));
    await refused("INVALID_FIELD", db.updateBranch({ branch: "dev", expiresAt: 1 }));
    await refused("INVALID_FIELD", db.updateBranch({ branch: "dev", metadata: { big: "x".repeat(100_000) } }));
    await refused("BRANCH_PROTECTED", db.updateBranch({ branch: "main", name: "trunk" }));
    await refused("BRANCH_PROTECTED", db.updateBranch({ branch: "main", expiresAt: soon() }));
    await refused("BRANCH_PROTECTED", db.deleteBranch({ branch: "main" }));
  },

  "keep a protected branch from writes and deletion, but not from merges": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    await db.createBranch({ name: "safe" });
    await db.updateBranch({ branch: "safe", isProtected: true });
    const write = { branch: "safe", author: AUTHOR, table: "t" } as const;
    const calls: Promise<unknown>[] = [
      commit(db, "safe", "DELETE FROM t"),
      db.insertRows({ ...write, rows: [{ id: 3n }], onConflict: "error" }),
      db.updateRows({ ...write, values: { v: 1n }, filter: "true" }),
      db.deleteRows({ ...write, filter: "true" }),
      db.restore({ branch: "safe", at: { kind: "now" }, author: AUTHOR }),
      db.resetBranch({ branch: "safe", to: "parent", author: AUTHOR }),
      db.deleteBranch({ branch: "safe" }),
    ];
    await Promise.all(calls.map((call) => refused("BRANCH_PROTECTED", call)));
    await commit(db, "dev", "UPDATE t SET v = 'dev'");
    await merge(db, "dev", "safe");
    expect(await values(db, "safe")).toStrictEqual(["dev", "dev"]);
  },

  "keep a read-only branch as it is": async ({ db }) => {
    const { scn } = await filled(db);
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "DELETE FROM t");
    await db.createBranch({ name: "fixed", readOnly: true });
    const calls: Promise<unknown>[] = [
      commit(db, "fixed", "DELETE FROM t"),
      merge(db, "dev", "fixed"),
      db.restore({ branch: "fixed", at: { kind: "scn", scn: scn - 1 }, author: AUTHOR }),
    ];
    await Promise.all(calls.map((call) => refused("BRANCH_READ_ONLY", call)));
    expect(await values(db, "fixed")).toStrictEqual(["a", "b"]);
    await db.updateBranch({ branch: "fixed", readOnly: false });
    await merge(db, "dev", "fixed");
    expect(await values(db, "fixed")).toStrictEqual([]);
  },
});

export const BRANCH_DELETION_CASES = cases("branch deletion", {
  "hides a branch, and undeletion brings it back with all it had": async ({ db }) => {
    await filled(db);
    const made = await db.createBranch({ name: "dev" });
    await commit(db, "dev", "INSERT INTO t VALUES (3, 'dev')");
    const before = await db.getBranch({ branch: "dev" });
    const deleted = await db.deleteBranch({ branch: "dev" });
    expect(deleted).toStrictEqual({ ...before, state: "deleted", deletedAt: TIME });
    expect((await db.listBranches({})).map(({ name }) => name)).toStrictEqual(["main"]);
    expect((await db.listBranches({ deleted: true })).map(({ state }) => state)).toStrictEqual(["active", "deleted"]);
    await refused("BRANCH_NOT_FOUND", db.getBranch({ branch: "dev" }));
    await refused("BRANCH_NOT_FOUND", db.getBranch({ branch: "dev", deleted: true }));
    await refused("BRANCH_NOT_FOUND", db.getBranch({ branch: made.id }));
    expect(await db.getBranch({ branch: made.id, deleted: true })).toStrictEqual(deleted);
    await refused("BRANCH_NOT_FOUND", values(db, "dev"));
    const back = await db.undeleteBranch({ id: made.id });
    expect(back).toStrictEqual({ ...before, updatedAt: TIME });
    expect(await values(db, "dev")).toStrictEqual(["a", "b", "dev"]);
  },

  "frees the name, under which another branch can be made": async ({ db }) => {
    await filled(db);
    const { id } = await db.createBranch({ name: "dev" });
    await commit(db, "dev", "DELETE FROM t WHERE id = 1");
    await db.deleteBranch({ branch: "dev" });
    await db.createBranch({ name: "dev" });
    await refused("BRANCH_EXISTS", db.undeleteBranch({ id }));
    const back = await db.undeleteBranch({ id, name: "dev-again" });
    expect(back).toMatchObject({ id, name: "dev-again", state: "active", deletedAt: null });
    expect(await values(db, "dev-again")).toStrictEqual(["b"]);
    expect(await values(db, "dev")).toStrictEqual(["a", "b"]);
  },

  "waits for the branches that fork from it": async ({ db }) => {
    await db.createBranch({ name: "dev" });
    await db.createBranch({ name: "child", parent: "dev" });
    const error = await refused("BRANCH_HAS_CHILDREN", db.deleteBranch({ branch: "dev" }));
    expect(error.data).toStrictEqual({ children: ["child"] });
    await db.deleteBranch({ branch: "child" });
    await db.deleteBranch({ branch: "dev" });
    expect((await db.listBranches({})).map(({ name }) => name)).toStrictEqual(["main"]);
  },

  "is no way back for what lives": async ({ db }) => {
    const { id } = await db.createBranch({ name: "dev" });
    await refused("BRANCH_NOT_FOUND", db.undeleteBranch({ id: "dev" }));
    await db.deleteBranch({ branch: id });
    await refused("BRANCH_NOT_FOUND", db.deleteBranch({ branch: id }));
    await refused("BRANCH_NOT_FOUND", db.undeleteBranch({ id: "dev" }));
  },
});

export const BRANCH_RESET_CASES = cases("branch resets", {
  "make a branch what its parent is; what it was stays readable by time": async ({ db }) => {
    await filled(db);
    const made = await db.createBranch({ name: "dev" });
    const lost = await commit(db, "dev", "INSERT INTO t VALUES (3, 'lost')");
    await db.createBranch({ name: "child", parent: "dev" });
    const newer = await commit(db, "main", "INSERT INTO t VALUES (4, 'newer')");
    const reset = await db.resetBranch({ branch: "dev", to: "parent", author: AUTHOR });
    expect(reset).toStrictEqual({
      ...made,
      forkScn: newer.scn,
      forkAt: newer.timestamp,
      headScn: expect.any(Number),
      updatedAt: TIME,
      stats: { ...made.stats, rows: 3, sizeBytes: expect.any(Number), lastModified: TIME },
    });
    expect(await values(db, "dev")).toStrictEqual(["a", "b", "newer"]);
    expect(await values(db, "dev", lost.scn)).toStrictEqual(["a", "b", "lost"]);
    expect(await values(db, "child")).toStrictEqual(["a", "b", "lost"]);
    await commit(db, "dev", "INSERT INTO t VALUES (5, 'after')");
    expect(await merge(db, "dev", "main")).toMatchObject({ merged: 1, conflictCount: 0 });
  },

  "go to a point in time of the parent or of the branch": async ({ db }) => {
    const { scn } = await filled(db);
    await commit(db, "main", "DELETE FROM t");
    await db.createBranch({ name: "dev" });
    await db.resetBranch({ branch: "dev", to: "parent", at: { kind: "scn", scn }, author: AUTHOR });
    expect(await values(db, "dev")).toStrictEqual(["a", "b"]);
    const own = await commit(db, "dev", "INSERT INTO t VALUES (3, 'c')");
    await commit(db, "dev", "INSERT INTO t VALUES (4, 'd')");
    await db.resetBranch({ branch: "dev", to: "self", at: { kind: "scn", scn: own.scn }, author: AUTHOR });
    expect(await values(db, "dev")).toStrictEqual(["a", "b", "c"]);
  },

  "are refused for main, and where the branch has moved on": async ({ db }) => {
    await filled(db);
    await refused("BRANCH_PROTECTED", db.resetBranch({ branch: "main", to: "self", author: AUTHOR }));
    await db.createBranch({ name: "dev" });
    const request = { branch: "dev", to: "parent", author: AUTHOR } as const;
    const scn = await head(db, "dev");
    const error = await refused("TARGET_MOVED", db.resetBranch({ ...request, ifScn: scn - 1 }));
    expect(error.data).toStrictEqual({ scn });
    await db.resetBranch({ ...request, ifScn: scn });
  },
});
