import type { DensityRequest, GraphRequest } from "@heliosdb/port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DatabasePaths } from "../../src/file/paths.js";
import { KnownCommits } from "../../src/graph/known-commits.js";
import { MetaDb } from "../../src/meta/meta-db.js";
import { PointInTimeViews } from "../../src/view/point-in-time-views.js";
import { TestDatabase } from "../support/test-database.js";

const DAY = 86_400_000;
let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
});
afterEach(() => db.dispose());

const graph = (more: Partial<GraphRequest> = {}) =>
  db.read({ op: "graph", request: { maxBranches: 100, maxGroupsPerBranch: 100, maxGroups: 1000, ...more } });
const density = (branch: string, more: Partial<DensityRequest> = {}) =>
  db.read({ op: "density", request: { branch, buckets: 10, ...more } });
const insert = (branch: string) => db.execute(branch, "INSERT INTO t (v) VALUES (1)");
const lane = (name: string) => graph().branches.find((branch) => branch.name === name)!;
const scns = (name: string) => lane(name).groups.map(({ first }) => first.scn);

describe("a graph", () => {
  it("shows new commits each time that it is asked for", () => {
    db.branch("dev");
    expect(scns("dev")).toEqual([]);
    const first = insert("dev").scn;
    expect(scns("dev")).toEqual([first]);
    const before = scns("main");
    const second = insert("dev").scn;
    expect(scns("dev")).toEqual([first, second]);
    expect(scns("main")).toEqual(before);
  });

  it("goes on over resets, and shows what was written before", () => {
    const { scn } = insert("main");
    db.branch("dev");
    const own = insert("dev").scn;
    const request = { branch: "dev", to: "self", at: { kind: "scn", scn }, author: "ann" } as const;
    db.control({ op: "resetBranch", request });
    const later = insert("dev").scn;
    expect(lane("dev").groups.map(({ kinds }) => kinds)).toEqual([["write"], ["reset"], ["write"]]);
    expect(scns("dev")).toEqual([own, expect.any(Number), later]);
    expect(lane("dev").fork.scn).toBe(scn);
  });

  it("ends where retention does, and says so", () => {
    const all = Array.from({ length: 6 }, () => {
      db.travel(DAY);
      return insert("main").scn;
    });
    expect(scns("main")).toHaveLength(7);
    expect(lane("main").truncated).toBe(false);
    db.control({ op: "setRetention", request: { historyMs: 3 * DAY } });
    db.maintain();
    expect(scns("main")).toEqual(all.slice(2));
    expect(lane("main").truncated).toBe(true);
    expect(graph().earliest!.scn).toBe(all[2]);
    expect(density("main")).toMatchObject({ commits: 4, earliest: { scn: all[2] }, truncated: true });
  });

  it("leaves out branches that changed long ago, but not the ancestors of those that it shows", () => {
    for (const name of ["old", "older"]) {
      db.branch(name);
      insert(name);
    }
    db.branch("parent");
    db.branch("child", "parent");
    insert("older");
    insert("child");
    const shown = (maxBranches: number) => graph({ maxBranches }).branches.map(({ name }) => name);
    expect(shown(3)).toEqual(["main", "parent", "child"]);
    expect(shown(4)).toEqual(["main", "older", "parent", "child"]);
    expect(graph({ maxBranches: 3 }).more).toBe(2);
  });

  it("cuts long texts and lists", () => {
    const tables = Array.from({ length: 12 }, (_, i) => `wide_${i}_${"x".repeat(300)}`);
    const statements = tables.flatMap((table) => [`CREATE TABLE ${table} (a)`, `INSERT INTO ${table} VALUES (1)`]);
    db.write({
      op: "execute",
      request: {
        branch: "main",
        author: "ann",
        message: "🙂".repeat(300),
        statements: statements.map((sql) => ({ sql })),
      },
    });
    const { commit } = lane("main").groups.at(-1)!;
    expect(commit!.message).toBe(`${"🙂".repeat(199)}…`);
    expect(commit!.tableCount).toBe(12);
    expect(commit!.tables).toHaveLength(10);
    expect(commit!.tables[0]).toHaveLength(200);
  });
});

describe("a density", () => {
  it("follows a branch that follows its parent", () => {
    db.control({ op: "createBranch", request: { name: "open", parent: "main", isolated: false } });
    const { scn } = insert("main");
    expect(density("open")).toMatchObject({ latest: { scn }, commits: density("main").commits });
  });

  it("has the commits of ancestors up to each fork only", () => {
    const { scn } = insert("main");
    db.branch("dev", "main", { kind: "scn", scn });
    insert("main");
    expect(density("dev")).toMatchObject({ latest: { scn }, commits: 3 });
    const own = insert("dev").scn;
    expect(density("dev")).toMatchObject({ latest: { scn: own }, commits: 4 });
  });
});

it("the commits of a file are the same whether they are in memory or not", () => {
  for (let i = 0; i < 5; i++) insert("main");
  db.branch("dev");
  const file = () => {
    const paths = new DatabasePaths(db.directory);
    const meta = MetaDb.openForReading(paths.meta);
    return new PointInTimeViews(
      paths,
      0,
      () => [],
      meta.identity(),
      (name) => meta.fileFacts(name),
    );
  };
  const views = file();
  const [kept, read] = [new KnownCommits(views), new KnownCommits(views, 100, 2)];
  const times = db
    .read({ op: "history", request: { branch: "main", limit: 9 } })
    .entries.map((entry) => entry.timestamp);
  const never = Number.MAX_SAFE_INTEGER - 1;
  for (const after of [0, 3]) {
    for (const [from, until] of [
      [0, never],
      [times[3]!, times[1]!],
      [times[3]! + 1, times[1]! - 1],
      [times[1]!, times[3]!],
    ] as const) {
      for (const [fromScn, untilScn] of [
        [0, never],
        [4, 5],
        [5, 4],
      ] as const) {
        const [here, there] = [kept, read].map((known) =>
          known.with("b1", after, (source) => {
            const { count, each } = source.range({ from, until, fromScn, untilScn });
            const ends = [source.firstFrom(0), source.firstFrom(5), source.lastUntil(never), source.lastUntil(2)];
            return { count: Math.max(0, count), all: [...each()], ends, horizon: source.horizon };
          }),
        );
        expect(there).toEqual(here);
        expect(here!.all).toHaveLength(here!.count);
      }
    }
  }
  views.close();
});
