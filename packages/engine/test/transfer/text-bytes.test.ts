import { rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bytesOfText, isBroken, shown, textOfBytes } from "../../src/values/text-bytes.js";
import { TestDatabase } from "../support/test-database.js";

/** Latin-1 and other texts that are no UTF-8, and some that are, the replacement character itself among them. */
const TEXTS = [
  "e9",
  "e8",
  "63616665e9",
  "ff",
  "c3",
  "eda080",
  "f09f98",
  "efbfbd",
  "c3a9",
  "f09f9880",
  "61",
  "6200e963",
];
const text = (hex: string) => `CAST(x'${hex}' AS TEXT)`;

const KINDS: Record<string, string> = {
  "a key of a table with rowids": "CREATE TABLE t (k TEXT PRIMARY KEY, v, n)",
  "a key of a table without": "CREATE TABLE t (k TEXT PRIMARY KEY, v, n) WITHOUT ROWID",
  "a key among several, that ignores case":
    "CREATE TABLE t (k TEXT COLLATE NOCASE, v, n, PRIMARY KEY (k, n)) WITHOUT ROWID",
  "a value beside an integer key": "CREATE TABLE t (k TEXT, v, n INTEGER PRIMARY KEY)",
  "a row without a key": "CREATE TABLE t (k TEXT, v, n)",
};

it("every text of bytes is a string of its own, and comes back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 12 }), (a, b) => {
      const [one, other] = [Buffer.from(a), Buffer.from(b)];
      const string = textOfBytes(one);
      expect(bytesOfText(string).equals(one)).toBe(true);
      expect(bytesOfText(JSON.parse(JSON.stringify(string)) as string).equals(one)).toBe(true);
      expect(string === textOfBytes(other)).toBe(one.equals(other));
      expect(isBroken(string)).toBe(!Buffer.from(one.toString()).equals(one));
      expect(isBroken(shown(string))).toBe(false);
    }),
  );
});

describe.each(Object.entries(KINDS))("a text that is no UTF-8, as %s", (kind, table) => {
  let db: TestDatabase;
  const state = (branch: string, scn?: number) => {
    const sql = "SELECT hex(k), typeof(k), hex(v), typeof(v), n FROM t ORDER BY n, k, v";
    return scn === undefined ? db.rows(branch, sql) : db.at(branch, sql, scn);
  };

  beforeEach(() => {
    db = new TestDatabase();
    const path = join(db.directory, "theirs.db");
    const plain = new Database(path);
    plain.exec(table);
    TEXTS.forEach((hex, i) => {
      plain.exec(`INSERT INTO t VALUES (${text(hex)}, ${text(TEXTS[(i + 1) % TEXTS.length]!)}, ${i})`);
    });
    plain.exec(`INSERT INTO t VALUES ('blob', x'e9ff00', 100)`);
    plain.close();
    db.import("theirs", path);
  });
  afterEach(() => db.dispose());

  it("is the same in the past, in a copy, on a branch and in a file", () => {
    const first = state("theirs");
    expect(first.map(([k]) => k)).toContain("63616665E9");
    const { scn } = db.execute("theirs", "UPDATE t SET n = n + 200, v = k WHERE n % 2", "DELETE FROM t WHERE n = 4");
    const second = state("theirs");
    expect(state("theirs", scn - 1)).toEqual(first);
    db.makeCopy(db.place("theirs", { kind: "scn", scn: scn - 1 }).file, scn - 1);
    expect(state("theirs", scn - 1)).toEqual(first);
    db.branch("then", "theirs", { kind: "scn", scn: scn - 1 });
    db.execute("then", "CREATE TABLE other (a)");
    expect(state("then")).toEqual(first);
    const path = db.export("theirs");
    const plain = new Database(path, { readonly: true });
    const rows = plain.prepare("SELECT hex(k), typeof(k), hex(v), typeof(v), n FROM t ORDER BY n, k, v").raw().all();
    expect(rows).toEqual(second);
    plain.close();
    rmSync(path);
    db.restore("theirs", { kind: "scn", scn: scn - 1 });
    expect(state("theirs")).toEqual(first);
    // What a reset left behind is in another file.
    db.branch("side", "theirs");
    const left = db.execute("side", `UPDATE t SET v = ${text("e9ff")} WHERE n < 3`).scn;
    const before = state("side");
    db.control({ op: "resetBranch", request: { branch: "side", to: "parent", author: "test" } });
    expect(state("side")).toEqual(first);
    db.restore("side", { kind: "scn", scn: left });
    expect(state("side")).toEqual(before);
  });

  it("is merged: new, changed, and deleted rows", () => {
    db.merge("theirs", "main");
    expect(state("main")).toEqual(state("theirs"));
    db.branch("f");
    db.execute(
      "f",
      `UPDATE t SET v = ${text("e9e9")} WHERE k = ${text("e9")}`,
      `DELETE FROM t WHERE k = ${text("e8")}`,
      `INSERT INTO t VALUES (${text("e9e8")}, ${text("e9")}, 300)`,
      `UPDATE t SET n = 301 WHERE k = ${text("ff")}`,
    );
    db.execute("main", `UPDATE t SET v = 'main' WHERE k = ${text("c3")}`, "INSERT INTO t VALUES ('new', 'main', 400)");
    expect(db.merge("f", "main").conflictCount).toBe(0);
    db.execute("f", `UPDATE t SET v = 'main' WHERE k = ${text("c3")}`, "INSERT INTO t VALUES ('new', 'main', 400)");
    expect(state("main")).toEqual(state("f"));
    // Rows without a key are a multiset: there each side's own would count.
    if (kind === "a row without a key") return;
    db.merge("f", "main");
    expect(state("main")).toEqual(state("f"));
  });

  it("is merged into a branch that has changed texts of its own", () => {
    db.merge("theirs", "main");
    db.branch("f");
    db.execute("f", `UPDATE t SET v = ${text("e9e9")} WHERE k = ${text("e9")}`);
    db.execute(
      "main",
      `UPDATE t SET v = ${text("e8e8")} WHERE k = ${text("ff")}`,
      `DELETE FROM t WHERE k = ${text("e8")}`,
      `INSERT INTO t VALUES (${text("e9e8")}, ${text("e9")}, 300)`,
    );
    expect(db.merge("main", "f", "manual").conflictCount).toBe(0);
    const texts = db.rows("f", "SELECT hex(k), hex(v) FROM t ORDER BY n").map((row) => row.join(" "));
    expect(texts).toEqual(expect.arrayContaining(["E9 E9E9", "FF E8E8", "E9E8 E9"]));
    expect(texts).toHaveLength(TEXTS.length + 1);
    db.merge("f", "main", "manual");
    expect(state("main")).toEqual(state("f"));
  });

  it("is told apart in differences and versions", () => {
    const { scn } = db.execute("theirs", `UPDATE t SET v = ${text("e8e8")} WHERE k = ${text("e9")}`);
    db.execute("theirs", `UPDATE t SET v = ${text("e9e9")} WHERE k = ${text("e9")}`);
    const request = { from: { branch: "theirs", at: { kind: "scn", scn } }, to: { branch: "theirs" } } as never;
    const diff = JSON.stringify(db.read({ op: "diff", request }));
    expect(diff).toContain(kind === "a row without a key" ? '"inserted":1' : '"updated":1');
    expect(diff).not.toMatch(/\\ud/);
  });
});
