import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { createForWriting, openForWriting } from "../../src/file/connection.js";
import { MetaDb } from "../../src/meta/meta-db.js";
import { BranchFile } from "../../src/write/branch-file.js";
import { TestDatabase } from "../support/test-database.js";

const FULL = 2;
const SOURCES = resolve(import.meta.dirname, "../../src");

it("what was acknowledged survives a power cut: synchronous is FULL on every connection that writes", () => {
  const db = new TestDatabase();
  const { directory } = db;
  db.execute("main", "CREATE TABLE t (v)");
  db.close();
  const meta = MetaDb.openForWriting(join(directory, "meta.db"));
  const file = new BranchFile(join(directory, "branches", "b1.db"), "b1", meta.identify());
  const made = createForWriting(join(directory, "made.db"));
  const opened = openForWriting(join(directory, "made.db"));
  for (const each of [meta.db, file.db, made, opened]) {
    expect(each.pragma("synchronous", { simple: true })).toBe(FULL);
    expect(each.pragma("journal_mode", { simple: true })).toBe("wal");
  }
  for (const each of [meta, file, made, opened]) each.close();
  rmSync(directory, { recursive: true, force: true });
});

it("no other place opens a file for writing, except one that is synced as a whole afterwards", () => {
  const texts = (readdirSync(SOURCES, { recursive: true, encoding: "utf8" }) as string[])
    .filter((name) => name.endsWith(".ts"))
    .map((name) => [name, readFileSync(join(SOURCES, name), "utf8")] as const);
  const holding = (pattern: RegExp) => texts.filter(([, text]) => pattern.test(text)).map(([name]) => name);
  expect(holding(/better-sqlite3";|new Database\(/)).toEqual(["file/connection.ts"]);
  // Opened with SQLite's own settings, which sync less.
  expect(holding(/(?<!function )openPlain\(/)).toEqual(["transfer/adopt-file.ts"]);
  expect(readFileSync(join(SOURCES, "transfer/adopt-file.ts"), "utf8")).toContain("syncFile(job.path)");
});
