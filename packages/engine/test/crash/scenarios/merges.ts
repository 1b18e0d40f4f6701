import type { TestDatabase } from "../../support/test-database.js";
import type { Scenario } from "../scenario.js";
import { allOrNothing, branchNames, commits, fill, value } from "./filled.js";

/** Rows that come, go, change and swap, and a table and a column that come. */
function diverge(db: TestDatabase): void {
  fill(db);
  db.execute(
    "dev",
    "ALTER TABLE t ADD COLUMN w DEFAULT 'w'",
    "CREATE TABLE more (v)",
    "UPDATE t SET w = id WHERE id % 7 = 0",
    "DELETE FROM t WHERE id IN (11, 12)",
    "INSERT INTO t (id, v) VALUES (11, 'v12!'), (3000, 'new')",
    "INSERT INTO more VALUES (1)",
    "UPDATE u SET v = -v",
  );
  db.execute("main", "UPDATE t SET v = v || ' here' WHERE id > 100");
}

const outcome = (db: TestDatabase) =>
  allOrNothing([
    commits(db, "main", "merge") === 1,
    value(db, "main", "SELECT count(*) FROM pragma_table_info('t')") === 3,
    value(db, "main", "SELECT count(*) FROM sqlite_schema WHERE name = 'more'") === 1,
    value(db, "main", "SELECT count(*) FROM t WHERE id = 3000") === 1,
    value(db, "main", "SELECT min(v) FROM u") === -199,
  ]);

const request = { source: "dev", target: "main", strategy: "auto", author: "test", requestId: "m1" } as const;

const crashes = [
  ["merge.begun", "not at all"],
  ["merge.schema", "not at all"],
  ["merge.rows", "not at all"],
  ["merge.rows:2", "not at all"],
  ["merge.before-commit", "not at all"],
  ["merge.committed", "wholly"],
  ["merge.recorded", "wholly"],
] as const;

export const MERGES: readonly Scenario[] = [
  {
    title: "merge",
    prepare: (db) => {
      diverge(db);
      return { do: "control", operation: { op: "merge", request } };
    },
    outcome,
    crashes,
  },
  {
    title: "merge that deletes its source",
    prepare: (db) => {
      diverge(db);
      return { do: "control", operation: { op: "merge", request: { ...request, deleteSource: true } } };
    },
    // A source that the crash left is deleted when the request is repeated.
    outcome: (db) => {
      const merged = outcome(db);
      if (merged === "not at all" && !branchNames(db).includes("dev")) throw new Error("the source is gone");
      return merged;
    },
    expires: true,
    crashes,
  },
  {
    title: "merge into an unwritten branch that deletes its source and brings nothing",
    prepare: (db) => {
      diverge(db);
      db.control({ op: "createBranch", request: { name: "empty", parent: "dev" } });
      db.branch("same");
      const merge = { ...request, source: "same", deleteSource: true };
      return { do: "control", operation: { op: "merge", request: merge } };
    },
    outcome: (db) => (branchNames(db).includes("same") ? "not at all" : "wholly"),
    expires: true,
    crashes: [
      ["record.before-commit", "not at all"],
      ["merge.recorded", "wholly"],
    ],
  },
];
