import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MAX_COPIES } from "../../src/clone/clones.js";
import { TestDatabase } from "../support/test-database.js";

it("rewound copies are bounded: the oldest gives way, and is made again when it is asked for", () => {
  const db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v INT)", "INSERT INTO t VALUES (1, 0)");
  const scns = Array.from({ length: MAX_COPIES + 3 }, () => db.execute("main", "UPDATE t SET v = v + 1").scn);
  for (const scn of scns) db.makeCopy("b1", scn);
  const copies = () => readdirSync(join(db.directory, "copies")).filter((name) => name.endsWith(".db"));
  expect(copies()).toHaveLength(MAX_COPIES);
  expect(copies()).not.toContain(`b1-${scns[0]}.db`);
  // Only a copy knows the rowids of a past state.
  expect(db.at("main", "SELECT rowid, v FROM t", scns[0]!)).toEqual([[1, 1]]);
  expect(copies()).toHaveLength(MAX_COPIES);
  db.dispose();
});

it("a copy that was read and has given way since is made again where several points in time are read", () => {
  const db = new TestDatabase();
  const { scn } = db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v INT)", "INSERT INTO t VALUES (1, 0)");
  const later = Array.from({ length: MAX_COPIES }, () => db.execute("main", "UPDATE t SET v = v + 1").scn);
  const sql = `SELECT x.rowid, x.v, t.v FROM t AS OF SCN ${scn} AS x, t`;
  expect(db.rows("main", sql)).toEqual([[1, 0, MAX_COPIES]]);
  for (const each of later) db.makeCopy("b1", each);
  expect(readdirSync(join(db.directory, "copies"))).not.toContain(`b1-${scn}.db`);
  expect(db.rows("main", sql)).toEqual([[1, 0, MAX_COPIES]]);
  db.dispose();
});
