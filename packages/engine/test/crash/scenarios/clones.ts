import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "../scenario.js";
import { allOrNothing, commits, fill, scn, value } from "./filled.js";

const insert = {
  op: "execute",
  request: {
    branch: "dev",
    author: "test",
    requestId: "w1",
    statements: [{ sql: "INSERT INTO t VALUES (2000, 'dev')" }],
  },
} as const;

const firstWrite = {
  prepare: (db) => {
    fill(db);
    // The file that is copied has gone on, so it must be rewound.
    db.execute("main", "UPDATE t SET v = v || '?' WHERE id % 2 = 0", "DROP TABLE u");
    return { do: "write", operation: insert };
  },
  outcome: (db) => {
    const rows = value(db, "dev", "SELECT count(*) FROM t WHERE id = 2000");
    return allOrNothing([rows === 1, commits(db, "dev", "write") === 3]);
  },
} as const satisfies Partial<Scenario>;

export const CLONES: readonly Scenario[] = [
  {
    title: "first write on a branch, cloned by the writer itself",
    ...firstWrite,
    crashes: [
      ["clone.begun", "not at all"],
      ["clone.copied", "not at all"],
      ["clone.rewound", "not at all"],
      ["clone.finished", "not at all"],
      ["clone.renamed", "not at all"],
      ["clone.recorded", "not at all"],
      ["write.before-commit", "not at all"],
      ["write.committed", "wholly"],
    ],
  },
  {
    title: "first write on a branch, cloned step by step",
    ...firstWrite,
    prepare: (db) => ({ ...firstWrite.prepare(db), byHelper: true }),
    crashes: [
      ["clone.begun", "not at all"],
      ["clone.copied", "not at all"],
      ["clone.rewound", "not at all"],
      ["clone.finished", "not at all"],
      ["clone.renamed", "not at all"],
      ["clone.recorded", "not at all"],
    ],
  },
  {
    title: "rewound copy",
    prepare: (db) => {
      const { first } = fill(db);
      return { do: "copy", request: { file: "b1", scn: first } };
    },
    outcome: (db) => {
      const [name] = readdirSync(join(db.directory, "copies"));
      return name === undefined ? "not at all" : allOrNothing([/^b1-\d+\.db$/.test(name)]);
    },
    repeats: false,
    crashes: [
      ["clone.begun", "not at all"],
      ["clone.copied", "not at all"],
      ["clone.rewound", "not at all"],
      ["clone.finished", "not at all"],
      ["clone.renamed", "wholly"],
      ["clone.recorded", "wholly"],
    ],
  },
  {
    title: "restore on an unwritten branch",
    prepare: (db) => {
      const { first } = fill(db);
      const request = { branch: "dev", at: scn(first), author: "test", requestId: "r1", backup: { name: "kept" } };
      return { do: "control", operation: { op: "restore", request } };
    },
    outcome: (db) => {
      const restored = commits(db, "dev", "restore") === 1;
      if (!restored && existsSync(join(db.directory, "branches", "b3.db"))) throw new Error("the backup has a file");
      return allOrNothing([restored, value(db, "dev", "SELECT v FROM t WHERE id = 3") === "v3"]);
    },
    crashes: [
      ["clone.recorded", "not at all"],
      ["restore.committed", "wholly"],
    ],
  },
];
