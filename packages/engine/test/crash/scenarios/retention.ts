import { readdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { TestDatabase } from "../../support/test-database.js";
import type { Scenario } from "../scenario.js";
import { allOrNothing, DAY, fill, scn } from "./filled.js";

const MAINTAIN = { do: "maintain" } as const;

/** main with history that is overdue, and a snapshot that a restore took. */
function overdue(db: TestDatabase): { first: number } {
  const { first, fork } = fill(db);
  db.execute("main", "CREATE TABLE brief (v)", "INSERT INTO brief VALUES (1)", "UPDATE u SET v = v + 1");
  db.execute("main", "DROP TABLE brief");
  db.restore("main", scn(fork));
  db.control({ op: "deleteBranch", request: { branch: "dev" } });
  for (let i = 0; i < 2; i++) {
    db.travel(40 * DAY);
    db.execute("main", "UPDATE t SET v = v || '~'");
  }
  return { first };
}

/** How many entries of main's own records of the past are older than its horizon; null while there is none. */
function leftBehind(db: TestDatabase): number | null {
  const file = new Database(join(db.directory, "branches", "b1.db"), { readonly: true });
  try {
    const horizon = file.prepare("SELECT value FROM _helios_meta WHERE name = 'horizon'").pluck().get();
    if (horizon === undefined) return null;
    const logs = file
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '\\_helios\\_log%' ESCAPE '\\'")
      .pluck()
      .all() as string[];
    const old = logs.map(
      (log) => file.prepare(`SELECT count(*) FROM "${log}" WHERE scn <= ?`).pluck().get(horizon) as number,
    );
    const schemas = file.prepare("SELECT count(*) - 1 FROM _helios_schema WHERE scn <= ?").pluck().get(horizon);
    return old.reduce((sum, each) => sum + each, schemas as number);
  } finally {
    file.close();
  }
}

/** Removing what is too old goes on where it stopped: until then it counts as not done. */
const pruned = (db: TestDatabase) => (leftBehind(db) === 0 ? "wholly" : "not at all");

const filedSnapshots = (db: TestDatabase) => readdirSync(join(db.directory, "snapshots")).length;

export const RETENTION: readonly Scenario[] = [
  {
    title: "removal of old history",
    prepare: (db) => {
      overdue(db);
      return MAINTAIN;
    },
    outcome: pruned,
    expires: true,
    crashes: [
      ["prune.dropped-automatic", "not at all"],
      ["prune.horizon", "not at all"],
      ["prune.slice", "not at all"],
      ["prune.slice:2", "not at all"],
      ["prune.records", "not at all"],
    ],
  },
  {
    title: "a file for a kept state",
    prepare: (db) => {
      const { first } = overdue(db);
      db.control({ op: "createSnapshot", request: { branch: "main", at: scn(first), name: "kept", author: "test" } });
      return MAINTAIN;
    },
    outcome: (db) => {
      const [kept] = db
        .read({ op: "listSnapshots", request: { branch: "main" } })
        .filter(({ name }) => name === "kept");
      const rows = db.at("main", "SELECT count(*), min(v) FROM t", kept!.scn);
      if (JSON.stringify(rows) !== '[[200,"v1"]]') throw new Error(`the kept state reads ${JSON.stringify(rows)}`);
      return pruned(db) === "wholly" ? allOrNothing([filedSnapshots(db) === 1]) : "not at all";
    },
    expires: true,
    crashes: [
      ["clone.begun", "not at all"],
      ["clone.copied", "not at all"],
      ["clone.rewound", "not at all"],
      ["clone.finished", "not at all"],
      ["clone.renamed", "not at all"],
      ["clone.recorded", "not at all"],
      ["prune.horizon", "not at all"],
      ["prune.slice", "not at all"],
    ],
  },
  {
    title: "removal of a deleted branch's files",
    prepare: (db) => {
      fill(db);
      const { scn: at } = db.execute("dev", "DELETE FROM t WHERE id < 100");
      db.execute("dev", "DELETE FROM t");
      db.makeCopy("b2", at);
      db.control({ op: "deleteBranch", request: { branch: "dev" } });
      db.travel(8 * DAY);
      return MAINTAIN;
    },
    outcome: (db) => {
      const names = ["branches", "copies"].flatMap((folder) => readdirSync(join(db.directory, folder)));
      return allOrNothing([!names.includes("b2.db"), !names.some((name) => name.startsWith("b2-"))]);
    },
    expires: true,
    crashes: [
      ["record.before-commit", "not at all"],
      ["purge.recorded", "wholly"],
      ["discard.half", "wholly"],
      ["discard.half:2", "wholly"],
      ["purge.removing", "wholly"],
    ],
  },
];
