import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FORMAT_VERSION } from "../../src/file/format.js";
import { openReader, openWriter } from "../../src/index.js";
import { META_FORMAT } from "../../src/meta/meta-format.js";
import { codeOf, TestDatabase } from "../support/test-database.js";
import { type ExpectedState, fixtureNames, NUMBERED_TWICE, readExpected, withFixture } from "./fixture.js";
import { observeBranches, observeChanges, rowsOf } from "./observe.js";

describe.each(fixtureNames())("a database of %s", (name) => {
  const expected = readExpected(name);
  const past = expected.states.filter((state) => state.at.kind !== "now");
  const writable = expected.branches.filter((branch) => !branch.readOnly);

  it("reads as it did when it was written", () => {
    withFixture(name, (db) => {
      expect(observeBranches(db)).toEqual(expected.branches);
      for (const state of expected.states) check(db, state);
    });
  });

  it("tells what became of its branches, and goes on telling", () => {
    withFixture(name, (db) => {
      const before = observeChanges(db);
      if (expected.changes) expect(before).toEqual(expected.changes);
      const branch = writable[0]!.name;
      db.control({ op: "updateBranch", request: { branch, isProtected: true } });
      const last = observeChanges(db)[branch]!.at(-1)!;
      expect(observeChanges(db)).toEqual({ ...before, [branch]: [...before[branch]!, last] });
      expect(last).toMatch(/ protected$/);
    });
  });

  it("knows what became of a request", () => {
    withFixture(name, (db) => {
      const { branch, requestId, result } = expected.outcome;
      const statements = [{ sql: "CREATE TABLE never (a)" }];
      const repeated = { op: "execute" as const, request: { branch, author: "test", requestId, statements } };
      expect(db.writer.outcome(repeated)).toMatchObject(result as object);
      const again = db.write(repeated);
      expect(again).toMatchObject(result as object);
    });
  });

  it("keeps its past when every row of every branch is deleted, and after reopening", () => {
    withFixture(name, (db) => {
      for (const { branch, tables } of expected.states.filter((state) => state.at.kind === "now")) {
        if (!writable.some((each) => each.name === branch)) continue;
        const names = db.read({ op: "listTables", request: { branch } }).map((table) => table.name);
        const statements = names.map((table) => `DELETE FROM "${table}"`);
        // What the first round's triggers wrote goes in the second.
        db.execute(branch, ...statements, ...statements);
        expect(tables.some((table) => table.rows.length > 0)).toBe(true);
      }
      for (let opened = 0; opened < 2; opened++) {
        for (const state of past) check(db, state);
        for (const branch of observeBranches(db)) expect(branch.rows === 0).toBe(!branch.readOnly);
        db.reopen();
      }
    });
  });

  it("can be branched at its past, and each branch then written", () => {
    withFixture(name, (db) => {
      past.forEach((state, i) => {
        db.branch(`again-${i}`, state.branch, state.at);
        db.execute(`again-${i}`, "CREATE TABLE made_since (a)", "INSERT INTO made_since VALUES (1)");
      });
      db.reopen();
      past.forEach((state, i) => {
        check(db, { ...state, branch: `again-${i}`, at: { kind: "now" } });
        expect(db.rows(`again-${i}`, "SELECT a FROM made_since")).toEqual([[1]]);
      });
    });
  });

  it("goes on where its AUTOINCREMENT left off", () => {
    withFixture(name, (db) => {
      const { branch, table, id } = expected.next;
      expect(db.insert(branch, table, [{}]).ids).toEqual([id]);
    });
  });

  it("merges what was not merged yet", () => {
    withFixture(name, (db) => {
      const { source, target, strategy, merged, conflictCount, after } = expected.merge;
      const result = db.merge(source, target, strategy, { resolutions: NUMBERED_TWICE });
      expect(result).toMatchObject({ merged, conflictCount, changed: true });
      check(db, after);
      db.reopen();
      check(db, after);
      for (const state of past) check(db, state);
      expect(db.merge(source, target, strategy)).toMatchObject({ merged: 0, changed: false });
    });
  });

  it("has the present format in every file that was opened for writing", () => {
    withFixture(name, (db) => {
      writable.forEach((branch, i) => {
        db.execute(branch.name, `CREATE TABLE made_since_${i} (a)`);
      });
      const branches = join(db.directory, "branches");
      const files = readdirSync(branches).filter((file) => file.endsWith(".db"));
      const versions = files.map((file) => versionIn(join(branches, file), "_helios_meta"));
      // The file of a deleted branch is never opened for writing, only read as somebody's merge base.
      expect(versions.filter((version) => version === FORMAT_VERSION).length).toBeGreaterThanOrEqual(writable.length);
      expect(versionIn(join(db.directory, "meta.db"), "meta")).toBe(META_FORMAT);
    });
  });
});

describe("a file of a later format", () => {
  let directory: string;
  beforeEach(() => {
    const db = new TestDatabase();
    directory = db.directory;
    db.execute("main", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
    db.close();
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("is refused as a branch, and left as it is", () => {
    const file = join(directory, "branches", "b1.db");
    raiseVersion(file, "_helios_meta");
    const before = digest(file);
    const db = new TestDatabase(directory);
    expectRefused(() => db.execute("main", "INSERT INTO t VALUES (2)"));
    expectRefused(() => db.rows("main", "SELECT * FROM t"));
    expectRefused(() => db.branch("child"));
    db.close();
    expect(digest(file)).toBe(before);
    expect(readdirSync(join(directory, "branches")).filter((name) => name.endsWith(".db"))).toEqual(["b1.db"]);
  });

  it("is refused as the record of branches, and left as it is", () => {
    const file = join(directory, "meta.db");
    raiseVersion(file, "meta");
    const before = digest(file);
    expectRefused(() => openWriter({ directory }));
    expectRefused(() => openReader({ directory }));
    expect(digest(file)).toBe(before);
  });
});

function check(db: TestDatabase, { branch, at, tables }: ExpectedState): void {
  for (const { name, columns, rows } of tables) {
    expect({ branch, at, name, rows: rowsOf(db, branch, at, name, columns) }).toEqual({ branch, at, name, rows });
  }
}

function versionIn(file: string, table: string): number {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare(`SELECT value FROM ${table} WHERE name = 'format'`).pluck().get() as number;
  } finally {
    db.close();
  }
}

function raiseVersion(file: string, table: string): void {
  const db = new Database(file);
  db.exec(`UPDATE ${table} SET value = value + 1 WHERE name = 'format'`);
  db.close();
}

function digest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Refused by name, with both versions and the way out. */
function expectRefused(call: () => unknown): void {
  expect(codeOf(call)).toBe("STORAGE_UNAVAILABLE");
  expect(call).toThrow(/has format \d+, and this release reads format \d+\..* [Uu]se the release that wrote it/);
}
