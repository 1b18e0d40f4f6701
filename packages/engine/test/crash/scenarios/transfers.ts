import { readdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Scenario } from "../scenario.js";
import { allOrNothing, branchNames, fill, scn, value } from "./filled.js";

export const TRANSFERS: readonly Scenario[] = [
  {
    title: "import",
    prepare: (db) => {
      fill(db);
      const source = join(db.directory, "theirs.db");
      const plain = new Database(source);
      plain.exec("CREATE TABLE theirs (id INTEGER PRIMARY KEY, v); INSERT INTO theirs VALUES (1, 'a'), (2, 'b')");
      plain.close();
      const path = join(db.directory, "uploaded.db");
      return { do: "import", source, path, request: { name: "loaded", author: "test" } };
    },
    outcome: (db) =>
      branchNames(db).includes("loaded")
        ? allOrNothing([value(db, "loaded", "SELECT group_concat(v) FROM theirs") === "a,b"])
        : "not at all",
    // An import has no request id: repeated when it is done, the branch is there already.
    repeats: false,
    crashes: [
      ["import.adopting", "not at all"],
      ["import.adopted", "not at all"],
      ["import.renamed", "not at all"],
      ["record.before-commit", "not at all"],
      ["record.committed", "wholly"],
    ],
  },
  {
    title: "export",
    prepare: (db) => {
      const { first } = fill(db);
      return { do: "export", request: { branch: "main", at: scn(first) } };
    },
    // A finished file is the caller's, who removes it: here at once.
    outcome: (db) => {
      const folder = join(db.directory, "transfers");
      const [name] = readdirSync(folder);
      if (name === undefined) return "not at all";
      const plain = new Database(join(folder, name), { readonly: true });
      const [rows, ours] = [
        plain.prepare("SELECT count(*) FROM t").pluck().get(),
        plain.prepare("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%helios%'").pluck().get(),
      ];
      plain.close();
      return allOrNothing([rows === 200, ours === 0]);
    },
    repeats: false,
    crashes: [
      ["clone.begun", "not at all"],
      ["clone.copied", "not at all"],
      ["clone.rewound", "not at all"],
      ["clone.plain", "not at all"],
      ["clone.finished", "not at all"],
      ["clone.renamed", "wholly"],
    ],
  },
];
