import type { ReadTableRequest } from "@heliosdb/port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DatabasePaths } from "../../src/file/paths.js";
import { PastView } from "../../src/past/past-view.js";
import { decodePageCursor } from "../../src/query/page-cursor.js";
import { QueryRunner } from "../../src/query/query.js";
import { readTable } from "../../src/query/read-table.js";
import { HeadView } from "../../src/view/head-view.js";
import { PinnedReads } from "../../src/view/pinned-reads.js";
import type { PointInTimeView } from "../../src/view/point-in-time-views.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;

beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE items (id INTEGER PRIMARY KEY, v, w)", "CREATE INDEX by_v ON items (v)");
  db.execute("main", ...Array.from({ length: 10 }, (_, i) => `INSERT INTO items (v, w) VALUES (${i % 3}, 'w${i}')`));
});
afterEach(() => db.dispose());

const ids = (request: Partial<ReadTableRequest>) => db.page("items", { columns: "id", ...request }).rows.flat();
const next = (table: string, request: Partial<ReadTableRequest> = {}): string =>
  db.page(table, { limit: 2, ...request }).next!;
const refused = (request: Partial<ReadTableRequest>, table = "items") => codeOf(() => db.page(table, request));

describe("a cursor", () => {
  it("goes on behind the last row, with other columns and another limit, and after a page by number", () => {
    const cursor = next("items", { offset: 2 });
    expect(ids({ cursor })).toEqual([5, 6, 7, 8, 9, 10]);
    expect(ids({ cursor, limit: 1 })).toEqual([5]);
    const counted = db.page("items", { cursor, limit: 1, includeTotal: true });
    expect(counted).toMatchObject({ total: 10, hasMore: true });
    expect(db.page("items", { cursor, includeTotal: true })).toMatchObject({ total: 10, hasMore: false, next: null });
  });

  it.each(["CREATE TABLE t (v)", "CREATE TABLE t (v PRIMARY KEY) WITHOUT ROWID"])(
    "tells apart what only looks alike: %s",
    (table) => {
      const values = [
        "1",
        "'1'",
        "2.5",
        "'2.5'",
        "x'31'",
        "CAST(x'ff61' AS TEXT)",
        "CAST(x'ff62' AS TEXT)",
        "''",
        "x''",
      ];
      db.execute("main", table, `INSERT INTO t VALUES ${values.map((value) => `(${value})`).join(", ")}`);
      for (const orderBy of ["v", "v DESC"]) {
        const whole = db.page("t", { orderBy });
        const rows: unknown[] = [];
        for (let cursor: string | undefined, i = 0; i < 20; i++) {
          const page = db.page("t", { orderBy, limit: 1, cursor });
          rows.push(...page.rows);
          if (page.next === null) break;
          cursor = page.next;
        }
        expect(rows).toEqual(whole.rows);
        expect(rows).toHaveLength(values.length);
      }
    },
  );

  it("is null with the last row, and of a table without rows", () => {
    expect(db.page("items", { limit: 10 })).toMatchObject({ hasMore: false, next: null });
    expect(db.page("items", { filter: "false" })).toMatchObject({ hasMore: false, next: null });
  });

  it("has nothing of the row but its key", () => {
    const cursor = next("items", { orderBy: "w DESC, v" });
    expect(Buffer.from(cursor, "base64url").toString()).toMatch(/^\[1,\d+,"[\w-]{30}","i9"\]$/);
  });

  it("stays at the same point in time when the branch is reset, and when the table is renamed or dropped", () => {
    const cursor = next("items");
    db.execute("main", "ALTER TABLE items RENAME TO things");
    expect(ids({ cursor, limit: 3 })).toEqual([3, 4, 5]);
    expect(refused({ cursor }, "things")).toBe("TABLE_NOT_FOUND");
    db.execute("main", "DROP TABLE things");
    expect(ids({ cursor, limit: 3 })).toEqual([3, 4, 5]);

    db.branch("side", "main", { kind: "scn", scn: db.page("items", { cursor }).scn });
    const before = next("items", { branch: "side" });
    db.execute("side", "DELETE FROM items WHERE id = 3");
    const deleted = next("items", { branch: "side" });
    const at = { kind: "scn", scn: db.page("items", { branch: "side", cursor: before }).scn } as const;
    db.control({ op: "resetBranch", request: { branch: "side", to: "self", at, author: "test" } });
    expect(ids({ branch: "side", cursor: before, limit: 3 })).toEqual([3, 4, 5]);
    expect(ids({ branch: "side", cursor: deleted, limit: 3 })).toEqual([4, 5, 6]);
    db.execute("side", "DELETE FROM items WHERE id = 5");
    expect(ids({ branch: "side", cursor: before, limit: 3 })).toEqual([3, 4, 5]);
  });

  it("stays at the same point in time when first another table is written, and then its own", () => {
    db.execute("main", "CREATE TABLE loose (v)", "INSERT INTO loose VALUES ('a'), ('b'), ('c'), ('d')");
    const cursor = next("loose", { limit: 1 });
    for (const sql of ["DELETE FROM items", "DELETE FROM loose WHERE v < 'd'", "INSERT INTO loose VALUES ('e')"]) {
      db.execute("main", sql);
      expect(db.page("loose", { cursor }).rows).toEqual([["b"], ["c"], ["d"]]);
    }
    expect(db.copies).toBe(0);
  });

  it("stays at the same point in time on a branch that follows another", () => {
    db.control({ op: "createBranch", request: { name: "shown", parent: "main", isolated: false } });
    const cursor = next("items", { branch: "shown" });
    db.execute("main", "DELETE FROM items WHERE id > 3");
    expect(db.page("items", { branch: "shown" }).rows).toHaveLength(3);
    expect(ids({ branch: "shown", cursor, limit: 3 })).toEqual([3, 4, 5]);
  });

  it("of an earlier state stays there", () => {
    const { scn } = db.page("items");
    db.execute("main", "DELETE FROM items WHERE id > 3");
    const at = { kind: "scn", scn } as const;
    const cursor = next("items", { at });
    expect(ids({ at, cursor })).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(refused({ cursor })).toBe("INVALID_CURSOR");
  });

  it("belongs to what it was given for", () => {
    db.branch("side");
    db.execute("main", "CREATE TABLE others (id INTEGER PRIMARY KEY)");
    const cursor = next("items", { filter: "v < 2", orderBy: "v" });
    const same = { cursor, filter: " v < 2 ", orderBy: '"V" ASC' };
    expect(codeOf(() => db.page("items", { ...same, filter: undefined }))).toBe("INVALID_CURSOR");
    expect(ids({ ...same, limit: 2 })).toEqual([7, 10]);
    const whole = db.rows("main", "SELECT id FROM items WHERE v < 2 ORDER BY v, id").flat();
    expect(ids(same)).toEqual(whole.slice(2));
    for (const other of [
      { filter: "v < 3" },
      { orderBy: "v DESC" },
      { orderBy: undefined },
      { branch: "side" },
      { at: { kind: "scn", scn: db.page("items").scn } as const },
    ]) {
      expect(refused({ ...same, ...other })).toBe("INVALID_CURSOR");
    }
    expect(refused({ cursor: next("items") }, "others")).toBe("INVALID_CURSOR");
    expect(refused(same, "nothing")).toBe("TABLE_NOT_FOUND");
  });

  it.each([
    ["", "x", "[]", "{}", "null", "[2,1,1]", "\u0000", "[1]".repeat(200)],
    ["i11'; DROP TABLE items", "i99999999999999999999", "i1.5", "t1", "b00", "r1", "rNaN", "z", ""],
  ])("that was made up is refused, and no part of it is SQL", (...texts) => {
    const [version, scn, marks] = JSON.parse(Buffer.from(next("items", { orderBy: "v" }), "base64url").toString());
    const forged = (...values: unknown[]) => Buffer.from(JSON.stringify(values)).toString("base64url");
    for (const text of texts) {
      const cursors = [text, Buffer.from(text).toString("base64url"), forged(version, scn, marks, text)];
      for (const cursor of cursors) expect(refused({ cursor, orderBy: "v" })).toBe("INVALID_CURSOR");
    }
    const others = [
      forged(version, scn, marks, "i4711"),
      forged(version, scn, marks, "i1", "i2"),
      forged(version, scn, marks, 1),
      forged(version, scn, marks),
      forged(version, scn + 1000, marks, "i1"),
      forged(version, 2 ** 60, marks, "i1"),
      forged(version, -1, marks, "i1"),
      forged(version, 1.5, marks, "i1"),
      forged(version, scn, marks.slice(1), "i1"),
    ];
    for (const cursor of others) expect(refused({ cursor, orderBy: "v" })).toBe("INVALID_CURSOR");
    expect(ids({}).length).toBe(10);
  });

  it("says so when the history of its state is gone", () => {
    const cursor = next("items");
    db.control({ op: "setRetention", request: { historyMs: 3_600_000 } });
    db.execute("main", "DELETE FROM items");
    db.travel(7_200_000);
    db.execute("main", "INSERT INTO items (v) VALUES (1)");
    db.maintain();
    expect(refused({ cursor })).toBe("POINT_EXPIRED");
  });

  it("is null where the key is too long to travel", () => {
    db.execute("main", "CREATE TABLE long (k TEXT PRIMARY KEY, n) WITHOUT ROWID");
    db.execute("main", "INSERT INTO long VALUES (hex(zeroblob(100)), 1), (hex(zeroblob(4000)), 2), ('b', 3)");
    expect(next("long", { limit: 1 })).not.toBeNull();
    expect(db.page("long", { limit: 2 })).toMatchObject({ hasMore: true, next: null });
  });

  it("is not for views", () => {
    db.execute("main", "CREATE VIEW seen AS SELECT * FROM items");
    expect(db.page("seen", { limit: 2, orderBy: "id" })).toMatchObject({ hasMore: true, next: null });
    expect(refused({ cursor: next("items") }, "seen")).toBe("INVALID_CURSOR");
  });
});

describe("what a page after another costs", () => {
  /** The steps of every query that reading the second page runs, now or over the shadows of an earlier state. */
  function steps(request: Partial<ReadTableRequest>, table: string, past: boolean): string[] {
    const first = db.page(table, { limit: 2, ...request });
    const whole = { branch: "main", table, limit: 100, offset: 0, includeTotal: false, ...request };
    const found: string[] = [];
    const runner = new QueryRunner();
    const run = runner.run.bind(runner);
    runner.run = (state, parsed, each) => {
      const result = run(state, parsed, { ...each, explain: true });
      found.push(...result.plan!.split("\n").map((line) => line.trim()));
      return result;
    };
    const read = (state: Pick<PointInTimeView, "db" | "epoch" | "past">) => {
      const commit = { scn: first.scn, ts: 0, branch: "b1", kind: "write" } as const;
      readTable(runner, { ...state, commit, file: "b1" }, whole, db.info("main").id, decodePageCursor(first.next!));
    };
    const path = new DatabasePaths(db.directory).branch("b1");
    const state = past
      ? new PastView(path, first.scn)
      : new HeadView(path, { timeline: "b1", database: null }, new PinnedReads());
    try {
      state.read(() => read({ db: state.db, epoch: state.epoch, past: state instanceof PastView ? state : null }));
      return found;
    } finally {
      state.close();
    }
  }

  const searches = /^(SEARCH|MERGE|LEFT$|RIGHT$|COMPOUND QUERY|LEFT-MOST|UNION ALL|USING ROWID SEARCH|CORRELATED)/;
  beforeEach(() => {
    db.execute("main", "CREATE TABLE pairs (x, y TEXT, v, PRIMARY KEY (x, y)) WITHOUT ROWID");
    db.execute("main", "INSERT INTO pairs SELECT id % 2, 'y' || id, v FROM items");
    db.execute("main", "CREATE TABLE loose (v, w)", "CREATE INDEX by_w ON loose (w, v DESC)");
    db.execute("main", "INSERT INTO loose SELECT nullif(v, 1), w FROM items");
    db.execute("main", "CREATE TABLE named (name TEXT PRIMARY KEY, v)", "INSERT INTO named SELECT w, v FROM items");
  });

  const orders = [
    ["items", undefined],
    ["items", "id DESC"],
    ["items", "v"],
    ["items", "v DESC NULLS FIRST"],
    ["pairs", undefined],
    ["pairs", "x DESC, y DESC"],
    ["loose", undefined],
    ["loose", "w, v DESC"],
    ["loose", "w DESC NULLS FIRST"],
    ["loose", "w"],
    ["named", undefined],
  ] as const;

  it.each(orders)("of %s by %s is a search, and nothing is sorted", (table, orderBy) => {
    const now = steps({ orderBy, filter: "v IS NOT 7" }, table, false);
    expect(now).not.toEqual([]);
    expect(now.filter((step) => !/^SEARCH/.test(step))).toEqual([]);
  });

  it.each(orders)("of %s by %s is the same in the past", (table, orderBy) => {
    const { scn } = db.page(table);
    db.execute("main", `DELETE FROM ${table} WHERE v = 2`, `UPDATE ${table} SET v = 5 WHERE v = 0`);
    const then = steps({ orderBy, at: { kind: "scn", scn } }, table, true);
    expect(then).toContain("MERGE (UNION ALL)");
    expect(then.filter((step) => !searches.test(step))).toEqual([]);
  });
});
