import { join } from "node:path";
import Database from "better-sqlite3";
import type { TestDatabase } from "../../support/test-database.js";
import type { Scenario } from "../scenario.js";
import { allOrNothing, branchNames, commits, fill, scn, value } from "./filled.js";

const restore = (db: TestDatabase, backup?: { name?: string }) => {
  const { first } = fill(db);
  db.execute("main", "ALTER TABLE u ADD COLUMN w", "DELETE FROM t WHERE id < 50");
  const request = { branch: "main", at: scn(first), author: "test", requestId: "r1", backup };
  return { do: "control", operation: { op: "restore", request } } as const;
};

const restored = (db: TestDatabase) => [
  commits(db, "main", "restore") === 1,
  value(db, "main", "SELECT count(*) FROM t") === 200,
  value(db, "main", "SELECT count(*) FROM u") === 200,
  value(db, "main", "SELECT count(*) FROM pragma_table_info('u')") === 2,
];

const crashes = [
  ["restore.snapshot", "not at all"],
  ["restore.backup", "not at all"],
  ["restore.rows", "not at all"],
  ["restore.rows:2", "not at all"],
  ["restore.before-commit", "not at all"],
  ["restore.committed", "wholly"],
] as const;

export const RESTORES: readonly Scenario[] = [
  {
    title: "restore",
    prepare: (db) => restore(db),
    outcome: (db) => allOrNothing(restored(db)),
    crashes,
  },
  {
    title: "restore with a backup",
    prepare: (db) => restore(db, {}),
    outcome: (db) => {
      const backup = branchNames(db).find((name) => name.startsWith("main-backup-"));
      if (backup !== undefined && value(db, backup, "SELECT count(*) FROM t") !== 152) throw new Error("another state");
      return allOrNothing([...restored(db), backup !== undefined]);
    },
    crashes,
  },
  {
    title: "restore with a backup of a branch that is reset afterwards",
    prepare: (db) => {
      const { first } = fill(db);
      const { scn: head } = db.execute("dev", "DELETE FROM t WHERE id < 50");
      db.restore("dev", scn(first), { backup: { name: "kept" } });
      const request = { branch: "dev", to: "self", at: scn(head), author: "test", requestId: "s1" } as const;
      return { do: "control", operation: { op: "resetBranch", request } };
    },
    outcome: (db) => {
      if (value(db, "kept", "SELECT count(*) FROM t") !== 152) throw new Error("the backup is another");
      return allOrNothing([value(db, "dev", "SELECT count(*) FROM t") === 152, timelines(db) === 4]);
    },
    crashes: [
      ["record.before-commit", "not at all"],
      ["record.committed", "wholly"],
    ],
  },
];

function timelines(db: TestDatabase): number {
  const meta = new Database(join(db.directory, "meta.db"), { readonly: true });
  const count = meta.prepare("SELECT count(*) FROM timelines").pluck().get() as number;
  meta.close();
  return count;
}
