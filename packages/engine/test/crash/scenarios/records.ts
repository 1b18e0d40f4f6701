import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { RecordOperation } from "../../../src/index.js";
import type { TestDatabase } from "../../support/test-database.js";
import type { Scenario } from "../scenario.js";
import { allOrNothing, branchNames, DAY, fill, scn, value } from "./filled.js";

function record(
  title: string,
  prepare: (db: TestDatabase) => RecordOperation,
  isDone: (db: TestDatabase) => boolean,
): Scenario {
  return {
    title,
    prepare: (db) => {
      const { op, request } = prepare(db);
      return { do: "control", operation: { op, request: { ...request, requestId: "r1" } } as RecordOperation };
    },
    outcome: (db) => allOrNothing([isDone(db)]),
    expires: title === "delete branch",
    crashes: [
      ["record.before-commit", "not at all"],
      ["record.committed", "wholly"],
    ],
  };
}

const snapshots = (db: TestDatabase, branch = "main") =>
  db.read({ op: "listSnapshots", request: { branch } }).filter(({ type }) => type === "manual").length;

/** A snapshot of main's first rows, whose history is gone, so that it has a file. */
function filed(db: TestDatabase): number {
  const { first } = fill(db);
  db.control({ op: "deleteBranch", request: { branch: "dev" } });
  db.control({ op: "createSnapshot", request: { branch: "main", at: scn(first), name: "kept", author: "test" } });
  db.travel(40 * DAY);
  db.execute("main", "INSERT INTO t VALUES (5000, 'much later')");
  db.travel(40 * DAY);
  db.execute("main", "INSERT INTO t VALUES (5001, 'later still')");
  db.maintain();
  if (readdirSync(join(db.directory, "snapshots")).length !== 1) throw new Error("the snapshot has no file");
  return first;
}

export const RECORDS: readonly Scenario[] = [
  record(
    "create branch",
    (db) => {
      fill(db);
      return { op: "createBranch", request: { name: "new" } };
    },
    (db) => branchNames(db).includes("new"),
  ),
  record(
    "update branch",
    (db) => {
      fill(db);
      return { op: "updateBranch", request: { branch: db.info("dev").id, name: "new", readOnly: true } };
    },
    (db) =>
      allOrNothing([
        branchNames(db).includes("new"),
        db.read({ op: "listBranches", request: {} }).some((b) => b.readOnly),
      ]) === "wholly",
  ),
  record(
    "delete branch",
    (db) => {
      fill(db);
      db.execute("dev", "INSERT INTO t VALUES (2000, 'dev')");
      return { op: "deleteBranch", request: { branch: db.info("dev").id } };
    },
    (db) => !branchNames(db).includes("dev"),
  ),
  record(
    "undelete branch",
    (db) => {
      fill(db);
      db.execute("dev", "INSERT INTO t VALUES (2000, 'dev')");
      const { id } = db.info("dev");
      db.control({ op: "deleteBranch", request: { branch: id } });
      return { op: "undeleteBranch", request: { id } };
    },
    (db) => branchNames(db).includes("dev") && value(db, "dev", "SELECT count(*) FROM t WHERE id = 2000") === 1,
  ),
  record(
    "reset branch",
    (db) => {
      const { first } = fill(db);
      db.execute("dev", "INSERT INTO t VALUES (2000, 'dev')");
      return { op: "resetBranch", request: { branch: "dev", to: "parent", at: scn(first), author: "test" } };
    },
    (db) => value(db, "dev", "SELECT count(*) FROM t") === 200,
  ),
  record(
    "create snapshot",
    (db) => {
      const { first } = fill(db);
      return { op: "createSnapshot", request: { branch: "main", at: scn(first), name: "kept", author: "test" } };
    },
    (db) => snapshots(db) === 1,
  ),
  record(
    "set retention",
    (db) => {
      fill(db);
      return { op: "setRetention", request: { historyMs: 100 * DAY, deletedMs: 3 * DAY } };
    },
    (db) => {
      const { historyMs, deletedMs } = db.read({ op: "getRetention", request: {} });
      return allOrNothing([historyMs === 100 * DAY, deletedMs === 3 * DAY]) === "wholly";
    },
  ),
  {
    ...record(
      "delete a snapshot that has a file",
      (db) => {
        filed(db);
        return { op: "deleteSnapshot", request: { branch: "main", snapshot: "kept" } };
      },
      (db) => {
        const kept = db.read({ op: "listSnapshots", request: { branch: "main" } }).find(({ name }) => name === "kept");
        if (kept && db.at("main", "SELECT count(*) FROM t", kept.scn)[0]![0] !== 200) throw new Error("it reads wrong");
        return kept === undefined;
      },
    ),
    expires: true,
    crashes: [
      ["record.before-commit", "not at all"],
      ["snapshot.unrecorded", "wholly"],
      ["discard.half", "wholly"],
    ],
  },
  {
    ...record(
      "create branch from a kept state",
      (db) => ({ op: "createBranch", request: { name: "new", at: scn(filed(db)) } }),
      (db) => branchNames(db).includes("new") && value(db, "new", "SELECT count(*) FROM t") === 200,
    ),
    crashes: [
      ["fork.copied", "not at all"],
      ["fork.renamed", "not at all"],
      ["record.before-commit", "not at all"],
      ["record.committed", "wholly"],
    ],
  },
];
