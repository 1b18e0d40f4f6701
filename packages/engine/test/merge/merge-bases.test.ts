import { join } from "node:path";
import { expect, it } from "vitest";
import { DatabasePaths } from "../../src/file/paths.js";
import { findMergeBases, lineageOf } from "../../src/lineage/merge-bases.js";
import { BranchTable } from "../../src/meta/branches.js";
import { MetaDb } from "../../src/meta/meta-db.js";
import { PointInTimeViews } from "../../src/view/point-in-time-views.js";
import { TestDatabase } from "../support/test-database.js";

const MERGED = 20;

/** Counts the branch files that are looked at. */
class CountingViews extends PointInTimeViews {
  readonly opened = new Set<string>();

  override head(file: string) {
    this.opened.add(file);
    return super.head(file);
  }
}

it("looks at the files of the merge bases alone, however many branches both sides have merged", () => {
  const db = new TestDatabase();
  try {
    db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    for (let i = 0; i < MERGED; i++) {
      db.branch(`b${i}`);
      db.execute(`b${i}`, `INSERT INTO t VALUES (${i}, ${i})`);
      db.merge(`b${i}`, "main");
    }
    db.branch("x");
    db.execute("x", "INSERT INTO t VALUES (100, 'x')");
    db.execute("main", "INSERT INTO t VALUES (101, 'main')");
    const meta = MetaDb.openForReading(join(db.directory, "meta.db"));
    const branches = BranchTable.read(meta);
    const paths = new DatabasePaths(db.directory);
    const facts = (file: string) => meta.fileFacts(file);
    const views = new CountingViews(paths, 0, () => branches.files(), meta.identity(), facts);
    const [x, main] = ["x", "main"].map((name) => {
      const { file, cap } = branches.locate(branches.get(name));
      return { file, vector: lineageOf(branches, views, file, cap).vector };
    }) as [{ file: string; vector: Map<string, number> }, { file: string; vector: Map<string, number> }];
    expect([...x.vector.keys()].length).toBeGreaterThan(MERGED);
    views.opened.clear();
    const bases = findMergeBases(branches, views, x.vector, main.vector);
    expect(bases.map(({ branch }) => branch)).toEqual([main.file]);
    expect([...views.opened]).toEqual([main.file]);
    views.close();
    meta.close();
  } finally {
    db.dispose();
  }
});
