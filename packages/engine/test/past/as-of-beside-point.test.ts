import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

const DAY = 86_400_000;

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

/** Commits after which t and u have other sums, u another column, and the view another meaning. */
const WRITES = [
  ["INSERT INTO t VALUES (2, 5)", "UPDATE u SET n = 2"],
  ["DELETE FROM t WHERE id = 1", "INSERT INTO u (id, n) VALUES (9, 40)"],
  ["ALTER TABLE u ADD COLUMN more DEFAULT 1", "DROP VIEW v", "CREATE VIEW v AS SELECT n + 100 AS n FROM u"],
  ["UPDATE t SET n = 17", "DELETE FROM u WHERE id = 1"],
];

/** The SCNs of the commits. */
function play(branch: string): number[] {
  return WRITES.map((statements) => db.execute(branch, ...statements).scn);
}

function create(): number {
  return db.execute(
    "main",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n)",
    "CREATE TABLE u (id INTEGER PRIMARY KEY, n)",
    "CREATE VIEW v AS SELECT n + 10 AS n FROM u",
    "INSERT INTO t VALUES (1, 1)",
    "INSERT INTO u VALUES (1, 1)",
  ).scn;
}

const sum = (from: string) => `SELECT sum(n) FROM ${from}`;
const point = (scn: number) => ({ kind: "scn", scn }) as const;

/** With each pair of moments: the tables with AS OF are as at the one, the others as at the other, which is the request's. */
function expectEachPair(branch: string, scns: readonly number[], rest: string): void {
  const at = (from: string) => new Map(scns.map((scn) => [scn, db.at(branch, sum(from), scn)[0]![0]]));
  const [ofT, ofV, ofRest] = [at("t"), at("v"), at(rest)];
  for (const past of scns)
    for (const now of scns) {
      const sql = `SELECT (${sum(`t AS OF SCN ${past}`)}), (${sum(`v AS OF SCN ${past} AS x`)}), (${sum(rest)})`;
      const { rows, scn } = db.query(branch, sql, point(now));
      expect([past, now, rows[0], scn]).toEqual([past, now, [ofT.get(past), ofV.get(past), ofRest.get(now)], now]);
    }
}

describe("AS OF beside a point in time for the rest of the query", () => {
  it.each(["u", "v", "t", "main.u", "u WHERE rowid > 0", "v JOIN (SELECT count(*) AS c FROM sqlite_schema) ON c > 0"])(
    "reads each table at its own: %s",
    (rest) => {
      const scns = [create(), ...play("main")];
      expectEachPair("main", scns, rest);
    },
  );

  it.each([false, true])("reads from copies, where there are some: of every state: %s", (all) => {
    const scns = [create(), ...play("main")];
    const { file } = db.place("main", { kind: "now" });
    for (const scn of all ? scns : [scns[1]!, scns[3]!]) db.makeCopy(file, scn);
    expectEachPair("main", scns, "u");
    expectEachPair("main", scns, "u WHERE rowid > 0");
  });

  it("reads what lies in another file, before a fork and before a reset", () => {
    const created = create();
    db.branch("f");
    const before = play("f");
    db.control({ op: "resetBranch", request: { branch: "f", to: "parent", author: "test" } });
    const since = play("f");
    expectEachPair("f", [created, before[1]!, before.at(-1)!, since[0]!, since.at(-1)!], "u");
  });

  it("reads the rest from a snapshot whose history is gone, and single tables later", () => {
    const [first, second] = [create(), ...play("main")];
    const snapshot = db.control({
      op: "createSnapshot",
      request: { branch: "main", at: point(first!), author: "test" },
    });
    db.control({ op: "setRetention", request: { historyMs: DAY, historyBytes: null } });
    db.travel(2 * DAY);
    const last = db.execute("main", "UPDATE u SET n = 1000").scn;
    db.maintain();
    expect(codeOf(() => db.at("main", sum("u"), second!))).toBe("POINT_EXPIRED");
    const sql = `SELECT (${sum(`u AS OF SCN ${last}`)}), (${sum("u")}), (${sum("t")})`;
    expect(db.rows("main", sql, { kind: "snapshot", id: snapshot.id })).toEqual([[1000, 1, 1]]);
    const reverse = `SELECT (${sum(`u AS OF SNAPSHOT '${snapshot.id}'`)}), (${sum("u")})`;
    expect(db.rows("main", reverse, point(last))).toEqual([[1, 1000]]);
  });

  it("takes the request's point in time by any of its kinds", () => {
    const [first, second, third] = [create(), ...play("main")];
    const { timestamp } = db.resolve("main", point(second!));
    const sql = `SELECT x.n, t.n FROM t AS OF SCN ${third} x, t ORDER BY t.n`;
    expect(db.query("main", sql, { kind: "timestamp", until: timestamp }).rows).toEqual([
      [5, 1],
      [5, 5],
    ]);
    expect(db.query("main", sql, point(first!)).rows).toEqual([[5, 1]]);
    expect(db.query("main", sql, { kind: "now" }).rows).toEqual([[5, 17]]);
  });

  it("refuses both for the same tables, and a table that was not there yet", () => {
    const scns = [create(), ...play("main")];
    for (const sql of ["t AS OF SCN 2", "t AS OF SCN 2 a, u AS OF SCN 3 b", "(SELECT * FROM t AS OF SCN 2)"])
      expect(codeOf(() => db.query("main", `SELECT 1 FROM ${sql}`, point(scns[2]!)))).toBe("FIELD_CONFLICT");
    db.execute("main", "CREATE TABLE late (n)");
    const late = `SELECT 1 FROM late, t AS OF SCN ${scns[3]}`;
    expect(codeOf(() => db.query("main", late, point(scns[2]!)))).toBe("SQL_NAME_NOT_FOUND");
    expect(codeOf(() => db.query("main", late, point(scns[4]! + 99)))).toBe("POINT_IN_FUTURE");
  });

  it("is refused in a transaction by its own name", () => {
    const scn = create();
    const request = { branch: "main", sql: `SELECT 1 FROM t AS OF SCN ${scn}, u`, at: point(scn), inTransaction: true };
    expect(() => db.read({ op: "query", request })).toThrow("AS OF can't be used in a transaction");
    expect(codeOf(() => db.read({ op: "describe", request }))).toBe("SQL_NOT_ALLOWED");
  });
});
