import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

const numbers = (count: number) =>
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT i, i FROM n`;

describe("a query over more points in time than SQLite attaches files", () => {
  let scns: number[];
  beforeEach(() => {
    db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, n)", `INSERT INTO t ${numbers(6000)}`);
    db.execute(
      "main",
      "CREATE VIEW v AS SELECT * FROM main.t WHERE id > 0",
      "CREATE VIEW w AS SELECT rowid AS id, n FROM t",
    );
    scns = Array.from({ length: 11 }, (_, i) => db.execute("main", `UPDATE t SET n = -${i + 1} WHERE id = 1`).scn);
  });
  const each = (what: (scn: number) => string) => scns.map(what);
  const wanted = () => [Array.from({ length: 11 }, (_, i) => -(i + 1) + 18_003_000 - 1)];

  it.each(["t", "v"])("is answered however often it is asked, over %s", (name) => {
    const sql = `SELECT ${each((scn) => `(SELECT sum(n) FROM ${name} AS OF SCN ${scn})`).join(", ")}`;
    for (let i = 0; i < 6; i++) expect(db.rows("main", sql)).toEqual(wanted());
    expect(db.copies).toBeLessThanOrEqual(5);
  });

  it("says how many points in time it can read by rowid", () => {
    const sums = (of: readonly number[]) =>
      of.map((scn) => `SELECT sum(n) FROM t AS OF SCN ${scn} WHERE rowid < 3`).join(" UNION ALL ");
    expect(() => db.rows("main", sums(scns))).toThrow("at most 10 such points in time");
    expect(db.rows("main", sums(scns.slice(0, 10))).map(([n]) => n)).toEqual(
      each((_) => "")
        .slice(1)
        .map((_, i) => 1 - i),
    );
  });

  it("reads one from before a reset though there are copies of all others", () => {
    db.branch("f");
    const { scn } = db.execute("f", "UPDATE t SET n = 7 WHERE id = 1");
    db.control({ op: "resetBranch", request: { branch: "f", to: "parent", at: { kind: "now" }, author: "test" } });
    const later = scns.map((_, i) => db.execute("f", `UPDATE t SET n = ${i} WHERE id = 1`).scn);
    const { file } = db.place("f", { kind: "now" });
    for (const each of later) db.makeCopy(file, each);
    const sql = [...later, scn].map((each) => `SELECT n FROM t AS OF SCN ${each} WHERE id = 1`).join(" UNION ALL ");
    expect(db.rows("f", sql).map(([n]) => n)).toEqual([...later.map((_, i) => i), 7]);
  });

  it("says how many points in time it can read from before a reset", () => {
    db.branch("f");
    const before = scns.map((_, i) => db.execute("f", `UPDATE t SET n = ${i} WHERE id = 1`).scn);
    db.control({ op: "resetBranch", request: { branch: "f", to: "parent", at: { kind: "now" }, author: "test" } });
    const read = (of: readonly number[]) =>
      db.rows("f", of.map((scn) => `SELECT n FROM t AS OF SCN ${scn} WHERE id = 1`).join(" UNION ALL ")).length;
    expect(() => read(before)).toThrow("at most 10 such points in time");
    expect(read(before.slice(1))).toBe(10);
  });
});

describe("EXPLAIN of a query in the past", () => {
  let scn: number;
  beforeEach(() => {
    db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, n)");
    scn = db.execute("main", `INSERT INTO t ${numbers(6000)}`).scn;
    db.execute("main", "UPDATE t SET n = 0 WHERE id < 9");
  });

  it.each(["EXPLAIN", "EXPLAIN QUERY PLAN"])("%s gives the plan over a large shadow", (explain) => {
    for (let i = 0; i < 4; i++) {
      expect(db.at("main", `${explain} SELECT sum(n) FROM t`, scn).length).toBeGreaterThan(0);
      expect(db.rows("main", `${explain} SELECT sum(x.n) FROM t AS OF SCN ${scn} x, t`).length).toBeGreaterThan(0);
    }
    expect(codeOf(() => db.at("main", `${explain} UPDATE t SET n = 1`, scn))).toBe("NOT_A_QUERY");
  });
});

describe("tables at points in time beside tables of the user's", () => {
  it("whose names look like a table at a point in time", () => {
    const { scn } = db.execute("main", "CREATE TABLE t (a)", "INSERT INTO t VALUES ('then')");
    db.execute(
      "main",
      "UPDATE t SET a = 'now'",
      `CREATE TABLE "t@${scn}" (a)`,
      `INSERT INTO "t@${scn}" VALUES ('own')`,
    );
    const sql = `SELECT x.a, y.a, t.a FROM t AS OF SCN ${scn} AS x, "t@${scn}" AS y, t`;
    expect(db.rows("main", sql)).toEqual([["then", "own", "now"]]);
    db.makeCopy(db.place("main", { kind: "now" }).file, scn);
    expect(db.rows("main", sql)).toEqual([["then", "own", "now"]]);
    expect(codeOf(() => db.rows("main", `SELECT * FROM _helios_at_0, t AS OF SCN ${scn}`))).toBe("SQL_NOT_ALLOWED");
  });
});

describe("a parameter as the point in time", () => {
  let scn: number;
  beforeEach(() => {
    scn = db.execute("main", "CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1, 'then')").scn;
    db.execute("main", "UPDATE t SET b = 'now'");
  });

  it.each([
    ["SELECT b FROM t AS OF SCN ?", [0]],
    ["SELECT b FROM t AS OF SCN $1", [0]],
    ["SELECT b FROM t AS OF TRANSACTION :at", [0]],
    ["SELECT x.b FROM t AS OF SCN ? x, t WHERE x.a = ? AND t.b = ?", [0, 1, "now"]],
    ["SELECT x.b FROM t JOIN t AS OF SCN ?2 x ON x.a = ?1 WHERE t.b = ?3", [1, 0, "now"]],
    ["SELECT x.b FROM t, t AS OF SCN @at AS x WHERE t.a = @a AND x.a = @a AND @at > 0", [0, 1]],
    ["SELECT b FROM t AS OF SCN $1 WHERE a = $2 OR $1 = 0", [0, 1]],
  ] as const)("%s", (sql, values) => {
    const params = values.map((value) => (typeof value === "string" ? value : BigInt(value === 0 ? scn : value)));
    expect(db.query("main", sql, undefined, params).rows).toEqual([["then"]]);
  });

  it("of a time, as a text", () => {
    const { timestamp } = db.read({ op: "resolve", request: { branch: "main", at: { kind: "scn", scn } } });
    const time = new Date(timestamp / 1000).toISOString().replace("Z", `${String(timestamp % 1000).padStart(3, "0")}Z`);
    expect(db.query("main", "SELECT b FROM t AS OF TIMESTAMP :t", undefined, [time]).rows).toEqual([["then"]]);
    expect(db.query("main", "SELECT b FROM t AS OF SYSTEM TIME $1", undefined, [time]).rows).toEqual([["then"]]);
  });

  it.each([
    ["SELECT b FROM t AS OF SCN ?", [], "PARAM_COUNT"],
    ["SELECT b FROM t AS OF SCN ? WHERE a = ?", [1n], "PARAM_COUNT"],
    ["SELECT b FROM t AS OF SCN ?", [null], "INVALID_POINT"],
    ["SELECT b FROM t AS OF SCN ?", ["yesterday"], "INVALID_POINT"],
    ["SELECT b FROM t AS OF SCN ?", [Buffer.from("AA==", "base64")], "INVALID_POINT"],
    ["SELECT b FROM t AS OF SCN :a WHERE a = @a", [1n, 1n], "PARAM_COUNT"],
    ["SELECT b FROM t AS OF SCN b", [], "INVALID_POINT"],
  ] as const)("is refused where it is none: %s (%#)", (sql, params, code) => {
    expect(codeOf(() => db.query("main", sql, undefined, [...params]))).toBe(code);
  });
});

it("a table that an expression has the name of is the table where it stands with AS OF", () => {
  const { scn } = db.execute("main", "CREATE TABLE t (a)", "INSERT INTO t VALUES ('then')");
  db.execute("main", "UPDATE t SET a = 'now'");
  const sql = `WITH t AS (SELECT a FROM t AS OF SCN ${scn}) SELECT t.a, x.a FROM t, t AS OF SCN ${scn} AS x`;
  expect(db.rows("main", sql)).toEqual([["then", "then"]]);
});

describe("a point in time before a reset", () => {
  it("is read from what the branch was then, alone, beside the present, and through views", () => {
    db.execute("main", "CREATE TABLE t (a)", "CREATE VIEW v AS SELECT a || '!' AS a FROM t");
    db.branch("dev");
    const own = db.execute("dev", "INSERT INTO t VALUES ('own')").scn;
    db.execute("dev", "CREATE TABLE gone (b)", "INSERT INTO gone VALUES ('g')", "DELETE FROM t");
    const gone = db.query("dev", "SELECT 1").scn;
    db.execute("main", "INSERT INTO t VALUES ('parent')");
    db.control({ op: "resetBranch", request: { branch: "dev", to: "parent", author: "test" } });
    const since = db.execute("dev", "INSERT INTO t VALUES ('since')").scn;
    for (const [sql, rows] of [
      [`SELECT a FROM t AS OF SCN ${own}`, [["own"]]],
      [
        `SELECT x.a, t.a FROM t AS OF SCN ${own} x, t`,
        [
          ["own", "parent"],
          ["own", "since"],
        ],
      ],
      [`SELECT x.a FROM v AS OF SCN ${own} x, t WHERE t.a = 'since'`, [["own!"]]],
      [
        `SELECT x.b, y.a FROM gone AS OF SCN ${gone} x, t AS OF SCN ${own} y, t AS OF SCN ${since} z WHERE z.a = 'since'`,
        [["g", "own"]],
      ],
      [`SELECT count(*) FROM t AS OF SCN ${gone}, t`, [[0]]],
    ] as const) {
      expect([sql, db.rows("dev", sql)]).toEqual([sql, rows]);
    }
    expect(() => db.rows("dev", `SELECT * FROM t, gone AS OF SCN ${own}`)).toThrow(
      "no such table at that point in time: gone",
    );
  });

  it("is read from the parent's file, where there is a copy of the state that the branch was reset to", () => {
    db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, n)", "INSERT INTO t VALUES (1, 0)");
    const scns = [1, 2, 3].map((n) => db.execute("main", `INSERT INTO t VALUES (${n + 1}, ${n})`).scn);
    db.control({ op: "createBranch", request: { name: "f", isolated: false, author: "test" } });
    const to = { kind: "scn", scn: scns[0]! } as const;
    db.control({ op: "resetBranch", request: { branch: "f", to: "self", at: to, author: "test" } });
    const sums = [...scns, null].map((scn) => `SELECT sum(n) FROM t${scn === null ? "" : ` AS OF SCN ${scn}`}`);
    const read = () => db.rows("f", sums.join(" UNION ALL ")).map(([sum]) => sum);
    expect(read()).toEqual([1, 3, 6, 1]);
    db.makeCopy(db.place("f", { kind: "now" }).file, scns[0]!);
    expect(read()).toEqual([1, 3, 6, 1]);
  });

  it.each(["main.t", "t WHERE rowid > 0", "t WHERE (SELECT count(*) FROM sqlite_schema) > 0"])(
    "is read from a copy where the present has to be read from one, too: %s",
    (now) => {
      db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, n)", "INSERT INTO t VALUES (1, 0)");
      const scns = [1, 2, 3].map((n) => db.execute("main", `INSERT INTO t VALUES (${n + 1}, ${n})`).scn);
      db.control({ op: "createBranch", request: { name: "f", isolated: false, author: "test" } });
      const to = { kind: "scn", scn: scns[1]! } as const;
      db.control({ op: "resetBranch", request: { branch: "f", to: "self", at: to, author: "test" } });
      const moments = scns.map((scn) => `SELECT sum(n) FROM t AS OF SCN ${scn}`);
      const sql = [...moments, `SELECT sum(n) FROM ${now}`].join(" UNION ALL ");
      expect(db.rows("f", sql).map(([sum]) => sum)).toEqual([1, 3, 6, 3]);
    },
  );
});
