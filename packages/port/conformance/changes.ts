import type { BranchChange, ChangePosition, ChangesPort } from "@heliosdb/port";
import { expect } from "vitest";
import { AUTHOR, at, cases, commit, filled, head, merge, until } from "./case.js";
import { NUMBER, TIME } from "./matchers.js";

const START: ChangePosition = { seq: 0, scn: 0 };

async function changesOf(changes: ChangesPort, branch: string, after = START, limit = 100): Promise<BranchChange[]> {
  const found: BranchChange[] = [];
  for (let position = after; found.length < 1000; ) {
    const page = await changes.changesOf({ branch, after: position, limit });
    expect(page.changes.length).toBeLessThanOrEqual(limit);
    found.push(...page.changes);
    if (!page.more) break;
    position = page.position;
  }
  return found;
}

const POSITION = { seq: NUMBER, scn: NUMBER };

export const CHANGE_CASES = cases("changes", {
  "tell a branch's whole life in order, under the names that it had": async ({ db, host, id }) => {
    const changes = host.changes(id);
    const { scn: forked } = await filled(db);
    const main = await db.getBranch({ branch: "main" });
    const dev = await db.createBranch({ name: "dev" });
    const statements = [{ sql: "UPDATE t SET v = 'dev'" }];
    const own = await db.execute({ branch: "dev", author: "bob", message: "why", statements });
    await db.updateBranch({ branch: "dev", name: "work" });
    await db.updateBranch({ branch: "work", isProtected: true });
    await db.updateBranch({ branch: "work", isProtected: false });
    await merge(db, "work", "main");
    await db.resetBranch({ branch: "work", to: "self", at: at(forked), author: "rae", message: "afresh" });
    await db.deleteBranch({ branch: "work" });
    await db.undeleteBranch({ id: dev.id, name: "back" });

    const all = await changesOf(changes, dev.id);
    const of = (name: string) => ({ branch: { id: dev.id, name }, timestamp: TIME, scn: NUMBER, position: POSITION });
    const parent = { id: main.id, name: "main" };
    expect(all).toStrictEqual([
      { ...of("dev"), kind: "created", parent, undeleted: false },
      {
        ...{ ...of("dev"), kind: "committed", scn: own.scn, timestamp: own.timestamp, commit: "write" },
        ...{ author: "bob", message: "why", tables: [{ table: "t", inserted: 0, updated: 2, deleted: 0 }] },
        merged: null,
      },
      { ...of("work"), kind: "protected", isProtected: true },
      { ...of("work"), kind: "protected", isProtected: false },
      { ...of("work"), kind: "reset", toScn: forked, author: "rae", message: "afresh" },
      { ...of("work"), kind: "deleted" },
      { ...of("back"), kind: "created", parent, undeleted: true },
    ]);
    for (const limit of [1, 2]) expect(await changesOf(changes, dev.id, START, limit)).toStrictEqual(all);
    for (const [i, { position }] of all.entries())
      expect(await changesOf(changes, dev.id, position)).toStrictEqual(all.slice(i + 1));
    const onMain = await changesOf(changes, main.id);
    expect(onMain.map(({ kind }) => kind)).toStrictEqual(["created", "committed", "committed"]);
    expect(onMain[0]).toMatchObject({ parent: null });
    expect(onMain[2]).toMatchObject({ commit: "merge", merged: { id: dev.id, name: "back", scn: own.scn } });
  },

  "come in pages that say where they end": async ({ db, host, id }) => {
    const changes = host.changes(id);
    await filled(db);
    const main = (await db.getBranch({ branch: "main" })).id;
    const page = await changes.changesOf({ branch: main, after: START, limit: 1 });
    expect(page).toStrictEqual({
      changes: [expect.objectContaining({ kind: "created" })],
      position: page.changes[0]!.position,
      more: true,
      truncated: false,
    });
    const rest = await changes.changesOf({ branch: main, after: page.position, limit: 5 });
    expect(rest).toMatchObject({ changes: [{ kind: "committed" }], more: false });
  },

  "have a head: behind what was acknowledged, before what comes": async ({ db, host, id }) => {
    const changes = host.changes(id);
    await filled(db);
    const dev = (await db.createBranch({ name: "dev" })).id;
    const main = (await db.getBranch({ branch: "main" })).id;
    const position = await changes.changesHead({});
    expect(position).toStrictEqual(POSITION);
    expect(await changesOf(changes, main, position)).toStrictEqual([]);
    expect(await changesOf(changes, dev, position)).toStrictEqual([]);
    const { scn } = await commit(db, "main", "DELETE FROM t");
    await db.deleteBranch({ branch: "dev" });
    expect(await changesOf(changes, main, position)).toMatchObject([{ kind: "committed", scn }]);
    expect(await changesOf(changes, dev, position)).toMatchObject([{ kind: "deleted" }]);
    expect(await changes.changesBefore({ scn })).toStrictEqual({ seq: position.seq, scn: scn - 1 });
    expect(await changes.changesHead({})).toStrictEqual({ seq: position.seq + 1, scn });
  },

  "are of branches that can be found": async ({ db, host, id }) => {
    const changes = host.changes(id);
    await filled(db);
    const one = (await db.createBranch({ name: "one" })).id;
    const two = (await db.createBranch({ name: "two" })).id;
    const after = await changes.changesHead({});
    const changed = async (branches?: readonly string[]) => {
      const page = await changes.changedBranches({ after, ...(branches && { branches }) });
      return page.branches.map((each) => each.id).toSorted();
    };
    expect(await changes.changedBranches({ after })).toStrictEqual({ branches: [], seq: after.seq, next: null });
    const { scn } = await commit(db, "one", "DELETE FROM t");
    expect(await changes.changedBranches({ after })).toStrictEqual({
      branches: [{ id: one, newest: { seq: NUMBER, scn } }],
      seq: after.seq,
      next: null,
    });
    expect(await changed(["two", "nobody"])).toStrictEqual([]);
    expect(await changed([one])).toStrictEqual([one]);
    await db.updateBranch({ branch: "two", name: "three" });
    expect(await changed([])).toStrictEqual([two]);
    expect(await changed(["one"])).toStrictEqual([one, two].toSorted());
  },

  "of many branches come in pages": async ({ db, host, id }) => {
    const changes = host.changes(id);
    const after = await changes.changesHead({});
    const made = await Promise.all(Array.from({ length: 205 }, (_, n) => db.createBranch({ name: `many-${n}` })));
    const found: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined; pages < 50; pages++) {
      const page = await changes.changedBranches({ after, ...(cursor && { cursor }) });
      found.push(...page.branches.map((branch) => branch.id));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(pages).toBeLessThan(50);
    expect(found.toSorted()).toStrictEqual(made.map((each) => each.id).toSorted());
  },

  "are told to whoever watches": async ({ db, host, id }) => {
    const changes = host.changes(id);
    const told: string[] = [];
    let calls = 0;
    await filled(db);
    const unwatch = changes.watch((branches) => {
      calls++;
      told.push(...branches);
    });
    await db.createBranch({ name: "dev" });
    await commit(db, "dev", "UPDATE t SET v = 'dev'");
    await merge(db, "dev", "main");
    await until(async () => told.includes("dev") && told.includes("main"), 60);
    // A late notification of an earlier change must not count for the next one.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = calls;
    await head(db);
    await db.history({ branch: "main", limit: 1 });
    expect(calls).toBe(before);
    unwatch();
    await db.execute({ branch: "main", author: AUTHOR, statements: [{ sql: "DELETE FROM t" }] });
    expect(calls).toBe(before);
  },
});
