import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SOURCES = fileURLToPath(new URL("../../src", import.meta.url));

/** What changes a file of a database, or moves its log, without SQLite's log showing it. */
const CHANGES =
  /\b(renameSync|rmSync|unlinkSync|copyFileSync|cpSync|writeFileSync|truncateSync)\(|wal_checkpoint(?!\(NOOP\))|journal_mode =/g;
/** What opens a file for writing; not the record's own function, which is given the place. */
const OPENS = /(?<!MetaDb\.|static )\b(openForWriting|createForWriting)\(/g;

/** Those that run in a helper process, on files that are not the database's yet, and what they do there. */
const ELSEWHERE = new Set([
  "clone/clone-files.ts",
  "transfer/adopt-file.ts",
  "transfer/adopt-changes.ts",
  // An export is not among the database's files.
  "clone/plain-file.ts",
]);
/** Files that are made under a name of their own, and told of when they are closed. */
const MAKES = new Set(["control/fork.ts", "clone/clones.ts", "database/writer.ts"]);
const PLACES = new Set(["file/database-files.ts", "file/connection.ts"]);

const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
const textOf = (name: string) => readFileSync(`${SOURCES}/${name}`, "utf8");
const found = (name: string, what: RegExp) => [...textOf(name).matchAll(what)].map(([text]) => `${name}: ${text}`);

it("changes a database's files in one place, which tells the journal", () => {
  const other = files.filter((name) => !PLACES.has(name) && !ELSEWHERE.has(name));
  expect(other.flatMap((name) => found(name, CHANGES))).toEqual([
    // The content of a clone that no helper makes, told of as that of any clone.
    "clone/clones.ts: writeFileSync(",
    // A file that is not among the database's yet.
    "control/fork.ts: wal_checkpoint",
  ]);
});

it("opens a database's files for writing in one place", () => {
  const other = files.filter((name) => !PLACES.has(name) && !ELSEWHERE.has(name));
  expect(other.flatMap((name) => found(name, OPENS)).filter((text) => !MAKES.has(text.split(":")[0]!))).toEqual([]);
});

it("closes what it has opened for writing in one place", () => {
  for (const name of ["write/branch-file.ts", "meta/meta-db.ts"]) {
    expect(found(name, /this\.files\.close\(this\.db\)/g), name).toHaveLength(1);
  }
});
