import type { DatabasePort, DensityRequest, GraphRequest } from "@heliosdb/port";
import { expect } from "vitest";
import { AUTHOR, at, cases, commit, filled, merge } from "./case.js";
import { refused } from "./errors.js";
import { NUMBER, TIME } from "./matchers.js";

const graphOf = (db: DatabasePort, more: Partial<GraphRequest> = {}) =>
  db.graph({ maxBranches: 100, maxGroupsPerBranch: 100, maxGroups: 1000, ...more });
const densityOf = (db: DatabasePort, branch: string, more: Partial<DensityRequest> = {}) =>
  db.density({ branch, buckets: 10, ...more });
const point = ({ scn, timestamp }: { readonly scn: number; readonly timestamp: number }) => ({ scn, timestamp });
const insert = (db: DatabasePort, branch: string, key: number) =>
  commit(db, branch, `INSERT INTO t VALUES (${key}, 0)`);

export const GRAPH_CASES = cases("graph", {
  "shows branches with their own commits, and what each did": async ({ db }) => {
    const made = await filled(db);
    const { id, createdAt } = await db.createBranch({ name: "dev", expiresAt: Date.now() * 1000 + 60_000_000 });
    const statements = [{ sql: "UPDATE t SET v = 5" }];
    const changed = await db.execute({ branch: "dev", author: "bob", message: "why", statements });
    await db.updateBranch({ branch: "dev", isProtected: true });
    const main = await db.getBranch({ branch: "main" });
    const one = { commits: 1, merges: [] };
    const open = {
      isProtected: false,
      expiresAt: null,
      deletedAt: null,
      state: "active",
      foldedUs: 0,
      truncated: false,
    };
    const { branches, more, earliest, latest } = await graphOf(db);
    expect(branches).toStrictEqual([
      {
        ...{ ...open, id: main.id, name: "main", parent: null, createdAt: main.createdAt, isDefault: true, commits: 1 },
        fork: { scn: main.forkScn, timestamp: main.forkAt },
        head: point(made),
        groups: [
          {
            ...{ ...one, first: point(made), last: point(made), kinds: ["ddl"] },
            commit: { author: AUTHOR, message: null, tables: ["t"], tableCount: 1, restoredScn: null },
          },
        ],
      },
      {
        ...{ ...open, id, name: "dev", parent: { id: main.id, name: "main" }, createdAt, isDefault: false, commits: 1 },
        ...{ fork: point(made), head: point(changed), isProtected: true, expiresAt: TIME },
        groups: [
          {
            ...{ ...one, first: point(changed), last: point(changed), kinds: ["write"] },
            commit: { author: "bob", message: "why", tables: ["t"], tableCount: 1, restoredScn: null },
          },
        ],
      },
    ]);
    expect({ more, earliest, latest }).toStrictEqual({ more: 0, earliest: point(made), latest: point(changed) });
  },

  "shows merges, restores and resets": async ({ db }) => {
    const { scn } = await filled(db);
    const { id } = await db.createBranch({ name: "dev" });
    const source = await insert(db, "dev", 3);
    const merged = await merge(db, "dev", "main");
    await db.restore({ branch: "main", at: at(scn), author: "bob" });
    await db.resetBranch({ branch: "dev", to: "self", at: at(scn), author: "rae", message: "afresh" });
    const { branches } = await graphOf(db);
    const [main, dev] = branches.map(({ groups }) => groups.slice(1));
    expect(main!.map(({ kinds, merges }) => [kinds, merges])).toStrictEqual([
      [["merge"], [{ source: { id, name: "dev" }, sourceScn: source.scn, scn: merged.scn }]],
      [["restore"], []],
    ]);
    expect(main![1]!.commit).toMatchObject({ author: "bob", restoredScn: scn });
    expect(dev).toStrictEqual([
      {
        ...{ commits: 1, first: { scn: NUMBER, timestamp: TIME }, last: dev![0]!.first, kinds: ["reset"], merges: [] },
        commit: { author: "rae", message: "afresh", tables: [], tableCount: 0, restoredScn: scn },
      },
    ]);
    expect(branches.map(({ state }) => state)).toStrictEqual(["active", "active"]);
  },

  "folds what is too much": async ({ db }) => {
    const made = await filled(db);
    const { id } = await db.createBranch({ name: "dev" });
    const commits = [];
    for (let key = 3; key < 9; key++) commits.push(await insert(db, "dev", key));
    const merged = await merge(db, "dev", "main");
    const { branches } = await graphOf(db, { maxGroupsPerBranch: 1 });
    const [main, dev] = branches;
    expect(dev).toMatchObject({ commits: 6, foldedUs: NUMBER });
    expect(dev!.groups).toStrictEqual([
      {
        ...{ commits: 6, first: point(commits[0]!), last: point(commits[5]!), kinds: ["write"] },
        ...{ merges: [], commit: null },
      },
    ]);
    const merges = [{ source: { id, name: "dev" }, sourceScn: commits[5]!.scn, scn: merged.scn }];
    expect(main!.groups).toMatchObject([{ commits: 2, first: point(made), kinds: ["ddl", "merge"], merges }]);
    expect(main!.foldedUs).toBeGreaterThan(0);

    const fewer = await graphOf(db, { maxGroups: 6 });
    const counts = fewer.branches.map(({ groups }) => groups.length);
    expect(counts[0]! + counts[1]!).toBeLessThanOrEqual(6);
    expect(counts[0]).toBe(2);
    for (const { groups, commits: all } of fewer.branches) {
      expect(groups.reduce((sum, group) => sum + group.commits, 0)).toBe(all);
    }
  },

  "is asked for by time and branch": async ({ db }) => {
    const first = await filled(db);
    const second = await insert(db, "main", 3);
    const third = await insert(db, "main", 4);
    const { id, createdAt } = await db.createBranch({ name: "dev" });
    const scns = async (more: Partial<GraphRequest>) =>
      (await graphOf(db, more)).branches.map(({ name, groups }) => [name, ...groups.map((group) => group.first.scn)]);
    expect(await scns({ from: second.timestamp, until: second.timestamp })).toStrictEqual([["main", second.scn]]);
    expect(await scns({ from: third.timestamp + 1 })).toStrictEqual([["main"], ["dev"]]);
    expect(await scns({ until: createdAt - 1 })).toStrictEqual([["main", first.scn, second.scn, third.scn]]);
    expect(await scns({ branches: ["dev", "nobody"] })).toStrictEqual([["dev"]]);
    expect(await scns({ branches: [id] })).toStrictEqual([["dev"]]);
    expect(await graphOf(db, { branches: [] })).toStrictEqual({ branches: [], more: 0, earliest: null, latest: null });
    const one = await graphOf(db, { maxBranches: 1 });
    expect([one.branches.map(({ name }) => name), one.more]).toStrictEqual([["main"], 1]);
  },

  "shows deleted branches if asked": async ({ db }) => {
    await filled(db);
    await db.createBranch({ name: "dev" });
    const { timestamp } = await insert(db, "dev", 3);
    await db.deleteBranch({ branch: "dev" });
    const names = async (more: Partial<GraphRequest>) => (await graphOf(db, more)).branches.map(({ name }) => name);
    expect(await names({})).toStrictEqual(["main"]);
    expect(await names({ deleted: true })).toStrictEqual(["main", "dev"]);
    const [, gone] = (await graphOf(db, { deleted: true })).branches;
    expect(gone).toMatchObject({ state: "deleted", deletedAt: TIME, commits: 1 });
    expect(gone!.deletedAt).toBeGreaterThan(timestamp);
    expect(await names({ deleted: true, from: gone!.deletedAt! + 1 })).toStrictEqual(["main"]);
  },
});

export const DENSITY_CASES = cases("density", {
  "counts the commits of a branch's history": async ({ db }) => {
    const { forkScn, forkAt } = await db.getBranch({ branch: "main" });
    const made = await filled(db);
    await db.createBranch({ name: "dev" });
    await insert(db, "main", 3);
    const own = await insert(db, "dev", 4);
    const whole = { from: forkAt, until: own.timestamp };
    const ends = { earliest: { scn: forkScn, timestamp: forkAt }, latest: point(own), truncated: false };
    expect(await densityOf(db, "dev", { buckets: 1 })).toStrictEqual({
      ...{ ...whole, commits: 3, ...ends },
      buckets: [{ ...whole, commits: 3, first: ends.earliest, last: point(own) }],
    });
    const narrow = await densityOf(db, "dev", { from: made.timestamp, until: made.timestamp });
    expect(narrow).toStrictEqual({
      ...{ from: made.timestamp, until: made.timestamp, commits: 1, ...ends },
      buckets: [{ from: made.timestamp, until: made.timestamp, commits: 1, first: point(made), last: point(made) }],
    });
  },

  "comes in equal parts": async ({ db }) => {
    await filled(db);
    const commits = [];
    for (let key = 3; key < 13; key++) commits.push(await insert(db, "main", key));
    const from = commits[0]!.timestamp;
    const until = commits.at(-1)!.timestamp;
    const { buckets, commits: count } = await densityOf(db, "main", { from, until, buckets: 4 });
    expect(count).toBe(10);
    expect(buckets.length).toBeLessThanOrEqual(4);
    const width = Math.ceil((until - from + 1) / 4);
    for (const bucket of buckets) {
      expect((bucket.from - from) % width).toBe(0);
      expect(bucket.until).toBe(Math.min(until, bucket.from + width - 1));
      const inside = commits.filter(({ timestamp }) => timestamp >= bucket.from && timestamp <= bucket.until);
      expect(bucket).toMatchObject({ commits: inside.length, first: point(inside[0]!), last: point(inside.at(-1)!) });
    }
  },

  "counts what was there before a reset, too": async ({ db }) => {
    const { scn } = await filled(db);
    await db.createBranch({ name: "dev" });
    await insert(db, "dev", 3);
    const before = await densityOf(db, "dev");
    await db.resetBranch({ branch: "dev", to: "self", at: at(scn), author: AUTHOR });
    const reset = await densityOf(db, "dev");
    expect(reset.commits).toBe(before.commits + 1);
    expect(reset.latest.scn).toBeGreaterThan(before.latest.scn);
    await insert(db, "dev", 4);
    expect((await densityOf(db, "dev")).commits).toBe(before.commits + 2);
  },

  "is not to be had of what is not there": async ({ db }) => {
    await filled(db);
    await refused("BRANCH_NOT_FOUND", densityOf(db, "nobody"));
    expect((await refused("INVALID_FIELD", densityOf(db, "main", { from: 2, until: 1 }))).data).toStrictEqual({
      field: "until",
    });
  },
});
