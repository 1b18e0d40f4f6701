import { copyFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { TestDatabase } from "./test-database.js";

/**
 * A database with many written branches, each with three commits of its own. They are made by copying one that the engine
 * made, which takes a millisecond where a branch's first write takes many.
 */
export function manyBranches(count: number): TestDatabase {
  const made = new TestDatabase();
  const { directory } = made;
  made.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", "INSERT INTO t (v) VALUES ('a'), ('b')");
  made.branch("dev");
  for (let i = 0; i < 3; i++) made.execute("dev", `UPDATE t SET v = v || '${i}'`, "INSERT INTO t (v) VALUES ('dev')");
  const template = "b2";
  made.close();
  const meta = new Database(join(directory, "meta.db"));
  meta.pragma("synchronous = OFF");
  const branch = meta.prepare(
    `INSERT INTO branches SELECT 'br_' || printf('%016d', :n), 'many-' || CAST(:n AS INT), parent, 'b' || CAST(:n AS INT), createdAt, updatedAt, readOnly,
     isolated, isProtected, displayName, metadata, expiresAt, deletedAt, purgedAt, mergedScn FROM branches WHERE name = 'dev'`,
  );
  const timeline = meta.prepare(
    `INSERT INTO timelines SELECT 'b' || CAST(:n AS INT), 'br_' || printf('%016d', :n), origin, fork, forkAt, materialised, since, sinceAt,
     author, message, purgedAt FROM timelines WHERE id = :template`,
  );
  meta.transaction(() => {
    for (let n = 100; n < 100 + count; n++) {
      branch.run({ n });
      timeline.run({ n, template });
    }
    meta.prepare("UPDATE meta SET value = ? WHERE name = 'timelines_made'").run(100 + count);
  })();
  meta.close();
  for (let n = 100; n < 100 + count; n++) {
    const path = join(directory, "branches", `b${n}.db`);
    copyFileSync(join(directory, "branches", `${template}.db`), path);
    const file = new Database(path);
    file.pragma("locking_mode = EXCLUSIVE");
    file.pragma("synchronous = OFF");
    file.prepare("UPDATE _helios_meta SET value = ? WHERE name = 'branch'").run(`b${n}`);
    file.prepare("UPDATE _helios_commits SET branch = ? WHERE branch = ?").run(`b${n}`, template);
    file.close();
  }
  return new TestDatabase(directory);
}
