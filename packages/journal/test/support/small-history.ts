import { rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { TestDatabase } from "../../../engine/test/support/test-database.js";
import { type Behaviour, JournaledRunner } from "./journaled-runner.js";

const DAY = 86_400_000;

/** A database with everything that can happen to its files. Its caller closes and removes it. */
export function smallHistory(behaviour: Partial<Behaviour> = {}): { db: TestDatabase; runner: JournaledRunner } {
  const runner = new JournaledRunner(behaviour);
  const db = new TestDatabase(memoryFolder("helios-small-"), 0, runner);
  db.execute(
    "main",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
    "CREATE TABLE u (k TEXT PRIMARY KEY, v) WITHOUT ROWID",
  );
  const first = db.execute("main", `INSERT INTO t ${numbers(300)}`).scn;
  const at = { kind: "scn", scn: first } as const;
  db.control({ op: "createSnapshot", request: { branch: "main", at, name: "kept", author: "x" } });
  for (const v of ["new", "newer"]) {
    db.travel(60 * DAY);
    db.execute("main", `UPDATE t SET v = '${v}' WHERE id < 20`);
    db.maintain();
  }
  // The history before the snapshot has gone: its file is copied.
  db.branch("from-snapshot", "main", at);
  db.execute("from-snapshot", "INSERT INTO t (v) VALUES ('later')");
  for (const name of ["a", "b", "gone"]) {
    db.branch(name);
    const { scn } = db.execute(name, `UPDATE t SET v = v || '${name}' WHERE id % 3 = 0`, "INSERT INTO u VALUES (1, 1)");
    // The next one copies what has just been committed.
    db.branch(`${name}2`, name);
    db.execute(`${name}2`, "DELETE FROM t WHERE id > 250");
    if (name !== "a") continue;
    db.execute(name, "DELETE FROM u");
    db.restore(name, { kind: "scn", scn }, { backup: {} });
  }
  db.merge("a", "main");
  db.control({ op: "resetBranch", request: { branch: "a2", to: "parent", at: { kind: "now" }, author: "x" } });
  load(db);
  for (const name of ["gone2", "gone"]) db.control({ op: "deleteBranch", request: { branch: name } });
  db.travel(10 * DAY);
  db.maintain();
  return { db, runner };
}

function numbers(count: number): string {
  return `WITH n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ${count}) SELECT x, hex(zeroblob(40)) FROM n`;
}

/** A file from elsewhere, and one that was downloaded and changed. */
function load(db: TestDatabase): void {
  const path = join(db.directory, "theirs.db");
  const theirs = new Database(path);
  theirs.exec(`CREATE TABLE theirs (id INTEGER PRIMARY KEY, v); INSERT INTO theirs ${numbers(100)}`);
  theirs.close();
  db.import("loaded", path);
  const exported = db.export("main");
  const changed = new Database(exported);
  changed.exec("DELETE FROM t WHERE id % 2 = 0");
  changed.close();
  db.import("changed", exported, { branch: "main" });
  rmSync(exported, { force: true });
}
