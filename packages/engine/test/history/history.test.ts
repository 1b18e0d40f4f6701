import type { HistoryEntry, HistoryRequest, ResetBranch } from "@heliosdb/port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DatabasePaths } from "../../src/file/paths.js";
import { entryOfCommit } from "../../src/history/entries.js";
import { BranchTable } from "../../src/meta/branches.js";
import { MetaDb } from "../../src/meta/meta-db.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

describe("the commits of a branch", () => {
  let db: TestDatabase;
  let first: number;
  let second: { scn: number; timestamp: number };

  beforeEach(() => {
    db = new TestDatabase();
    db.execute("main", "CREATE TABLE items (id INTEGER PRIMARY KEY, v)");
    first = db.insert("main", "items", [{ id: 1n }, { id: 2n }]).scn;
    second = db.execute("main", "UPDATE items SET v = 5", "DELETE FROM items WHERE id = 2");
  });
  afterEach(() => db.dispose());

  const history = (branch: string, extra: Partial<HistoryRequest> = {}) =>
    db.read({ op: "history", request: { branch, limit: 100, ...extra } });
  const entries = (branch: string, extra: Partial<HistoryRequest> = {}) => history(branch, extra).entries;
  const scns = (branch: string, extra: Partial<HistoryRequest> = {}) => entries(branch, extra).map(({ scn }) => scn);
  const reset = (branch: string, extra: Partial<ResetBranch> = {}) =>
    db.control({ op: "resetBranch", request: { branch, to: "parent", author: "ann", ...extra } });

  it("are listed newest first, with what each did", () => {
    const main = db.info("main");
    expect(entries("main").map(({ kind }) => kind)).toEqual(["write", "write", "ddl", "init"]);
    const wanted: HistoryEntry = {
      scn: second.scn,
      timestamp: second.timestamp,
      kind: "write",
      branch: { id: main.id, name: "main" },
      author: "test",
      message: null,
      statements: ["UPDATE items (2 rows)", "DELETE FROM items (1 rows)"],
      tables: [{ table: "items", inserted: 0, updated: 1, deleted: 1 }],
      merged: null,
      restoredScn: null,
      snapshots: [],
    };
    expect(entries("main")[0]).toEqual(wanted);
    expect(history("main")).toMatchObject({ next: null, truncated: false });
  });

  it("come in pages that follow one another without a gap", () => {
    const all = scns("main");
    const paged: number[] = [];
    for (let before: number | undefined; ; ) {
      const page = history("main", { limit: 1, before });
      paged.push(...page.entries.map(({ scn }) => scn));
      if (page.next === null) break;
      before = page.next;
    }
    expect(paged).toEqual(all);
    expect(history("main", { limit: 4 }).next).toBeNull();
    expect(scns("main", { before: 1 })).toEqual([]);
  });

  it("are those of ancestors up to the fork and its own, whether it has been written or not", () => {
    db.branch("early", "main", { kind: "scn", scn: first });
    expect(scns("early")).toEqual(scns("main").slice(1));
    const own = db.execute("early", "INSERT INTO items VALUES (9, 9)").scn;
    expect(scns("early")).toEqual([own, ...scns("main").slice(1)]);
    const [newest, inherited] = entries("early");
    expect([newest!.branch!.name, inherited!.branch!.name]).toEqual(["early", "main"]);
  });

  it("follow the parent of a branch that is not isolated", () => {
    db.control({ op: "createBranch", request: { name: "open", parent: "main", isolated: false } });
    const later = db.execute("main", "INSERT INTO items VALUES (7, 7)").scn;
    expect(scns("open")[0]).toBe(later);
  });

  it("can be asked for by time, both ends inclusive", () => {
    const timestamp = second.timestamp;
    expect(scns("main", { from: timestamp })).toEqual([second.scn]);
    expect(scns("main", { from: timestamp + 1 })).toEqual([]);
    expect(scns("main", { until: timestamp })).toEqual(scns("main"));
    expect(scns("main", { until: timestamp - 1 })).toEqual(scns("main").slice(1));
    const [, middle] = entries("main");
    expect(scns("main", { from: middle!.timestamp, until: middle!.timestamp })).toEqual([first]);
    expect(scns("main", { until: 1 })).toEqual([]);
  });

  it("can be asked for by kind, author and table, and by all of them at once", () => {
    db.execute("main", "CREATE TABLE others (id INTEGER PRIMARY KEY)");
    const request = { branch: "main", author: "bob", statements: [{ sql: "INSERT INTO others VALUES (1)" }] };
    const { scn } = db.write({ op: "execute", request });
    expect(entries("main", { kinds: ["ddl", "init"] }).map(({ kind }) => kind)).toEqual(["ddl", "ddl", "init"]);
    expect(scns("main", { author: "bob" })).toEqual([scn]);
    expect(scns("main", { table: "ITEMS" })).toEqual([second.scn, first]);
    expect(scns("main", { table: "items", limit: 1, before: second.scn })).toEqual([first]);
    expect(scns("main", { table: "others", author: "bob", kinds: ["write"] })).toEqual([scn]);
    expect(scns("main", { table: "others", author: "test" })).toEqual([]);
    expect(scns("main", { kinds: [] })).toEqual([]);
    expect(scns("main", { kinds: ["reset"] })).toEqual([]);
  });

  it("tell of a merge what came in", () => {
    const made = db.branch("feature");
    db.execute("feature", "INSERT INTO items VALUES (3, 3)");
    const source = db.info("feature").headScn;
    db.merge("feature", "main");
    expect(entries("main")[0]).toMatchObject({
      kind: "merge",
      merged: { id: made.id, name: "feature", scn: source },
      tables: [{ table: "items", inserted: 1, updated: 0, deleted: 0 }],
    });
  });

  it("tell of a restore the SCN that came back", () => {
    const request = { branch: "main", at: { kind: "scn", scn: first }, author: "ann", message: "oops" } as const;
    db.control({ op: "restore", request });
    expect(entries("main")[0]).toMatchObject({
      ...{ kind: "restore", restoredScn: first, message: "oops" },
      tables: [{ table: "items", inserted: 1, updated: 1, deleted: 0 }],
    });
  });

  it("leave out what a reset left behind, and say that there was one", () => {
    const made = db.branch("feature");
    const gone = db.execute("feature", "INSERT INTO items VALUES (3, 3)").scn;
    reset("feature", { message: "afresh" });
    const [entry, ...inherited] = entries("feature");
    expect(inherited.map(({ scn }) => scn)).toEqual(scns("main"));
    expect(entry).toMatchObject({
      ...{ kind: "reset", author: "ann", message: "afresh", restoredScn: second.scn, merged: null, tables: [] },
      ...{ statements: [`RESET to SCN ${second.scn}`], branch: { id: made.id, name: "feature" } },
    });
    expect(entry!.scn).toBeGreaterThan(gone);
    const own = db.execute("feature", "INSERT INTO items VALUES (4, 4)").scn;
    expect(scns("feature")).toEqual([own, entry!.scn, ...scns("main")]);
    expect(entries("main").some(({ kind }) => kind === "reset")).toBe(false);
  });

  it("page and filter resets like commits", () => {
    db.branch("feature");
    reset("feature");
    const own = db.execute("feature", "INSERT INTO items VALUES (4, 4)").scn;
    reset("feature", { to: "self", at: { kind: "scn", scn: own }, author: "bob" });
    const last = db.execute("feature", "DELETE FROM items WHERE id = 4").scn;
    const kinds = entries("feature", { limit: 4 }).map(({ kind }) => kind);
    expect(kinds).toEqual(["write", "reset", "write", "reset"]);
    const [, later, , earlier] = entries("feature");
    expect(scns("feature", { kinds: ["reset"] })).toEqual([later!.scn, earlier!.scn]);
    expect(scns("feature", { kinds: ["reset"], author: "bob" })).toEqual([later!.scn]);
    expect(scns("feature", { kinds: ["write"], limit: 2 })).toEqual([last, own]);
    expect(scns("feature", { before: later!.scn, limit: 2 })).toEqual([own, earlier!.scn]);
    expect(scns("feature", { from: later!.timestamp })).toEqual([last, later!.scn]);
    expect(scns("feature", { until: later!.timestamp, limit: 1 })).toEqual([later!.scn]);
    expect(scns("feature", { until: later!.timestamp - 1, limit: 1 })).toEqual([own]);
    expect(entries("feature", { table: "items" }).every(({ kind }) => kind !== "reset")).toBe(true);
  });

  it("carry the snapshots that are kept of them, an ancestor's too, but not another branch's", () => {
    const keep = (branch: string, name: string) =>
      db.control({ op: "createSnapshot", request: { branch, name, author: "ann" } });
    const kept = keep("main", "good");
    db.branch("feature");
    db.branch("other");
    keep("other", "mine");
    const own = db.execute("feature", "INSERT INTO items VALUES (3, 3)").scn;
    const mine = keep("feature", "mine");
    const of = (branch: string) =>
      entries(branch).flatMap((entry) => entry.snapshots.map((snapshot) => [entry.scn, snapshot]));
    expect(of("main")).toEqual([[second.scn, kept]]);
    expect(of("feature")).toEqual([
      [own, mine],
      [second.scn, kept],
    ]);
  });

  it("end where retention has removed the rest, and say so", () => {
    expect(history("main", { limit: 1 }).truncated).toBe(false);
    db.control({ op: "setRetention", request: { historyBytes: 1 } });
    db.maintain();
    const kept = history("main");
    expect(kept.truncated).toBe(true);
    expect(kept.entries.length).toBeLessThan(4);
    const oldest = kept.entries.at(-1)!.scn;
    expect(db.at("main", "SELECT count(*) FROM items", oldest)).toHaveLength(1);
    expect(codeOf(() => db.at("main", "SELECT count(*) FROM items", oldest - 1))).toBe("POINT_EXPIRED");
    expect(history("main", { limit: 1 })).toMatchObject({ truncated: false, next: second.scn });
    expect(history("main", { from: second.timestamp }).truncated).toBe(false);
  });

  it("are not to be had of a branch that is not there", () => {
    expect(codeOf(() => history("nobody"))).toBe("BRANCH_NOT_FOUND");
  });

  it("name no branch that has been cleared away", () => {
    const made = db.branch("feature");
    db.execute("feature", "INSERT INTO items VALUES (3, 3)");
    const { scn } = db.merge("feature", "main");
    const meta = MetaDb.openForReading(new DatabasePaths(db.directory).meta);
    const known = BranchTable.read(meta);
    meta.close();
    const purged = new BranchTable(
      known.all.map((branch) => (branch.id === made.id ? { ...branch, deletedAt: 1, purgedAt: 1 } : branch)),
      known.timelines,
    );
    const commit = { scn, ts: 1, kind: "merge", author: "ann", message: null, summary: "{}" } as const;
    const timeline = known.get("feature").timeline;
    const entry = (branches: BranchTable) =>
      entryOfCommit(branches, { ...commit, branch: timeline, merged: `${made.id}@7` });
    expect(entry(known)).toMatchObject({ branch: { name: "feature" }, merged: { name: "feature", scn: 7 } });
    expect(entry(purged)).toMatchObject({ branch: null, merged: { id: made.id, name: null, scn: 7 } });
  });
});
