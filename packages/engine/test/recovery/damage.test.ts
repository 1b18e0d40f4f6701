import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { again, type Photograph } from "../crash/photograph.js";
import { memoryFolder } from "../support/memory-folder.js";
import { TestDatabase } from "../support/test-database.js";
import { copyOf, filesOf, filled, type Opened, photographOf, tryOut } from "./folder.js";

let whole: string;
let stranger: string;
let before: Photograph;
let files: string[];
beforeAll(() => {
  whole = filled();
  stranger = filled();
  before = photographOf(copyOf(whole));
  files = filesOf(whole);
});

const FILES = ["meta.db", "branches/b1.db", "branches/b2.db", "copies/b1-8.db", "snapshots/b1-3.db"];
const REFUSED = /^STORAGE_UNAVAILABLE: branches.b\d\.db .* Stop the server and restore the file from a backup/;

const damages: Record<string, (directory: string, file: string) => void> = {
  removed: (directory, file) => rmSync(join(directory, file)),
  emptied: (directory, file) => truncateSync(join(directory, file)),
  "cut in half": (directory, file) => truncateSync(join(directory, file), statSync(join(directory, file)).size / 2),
  "overwritten with noise": (directory, file) =>
    writeFileSync(join(directory, file), randomBytes(statSync(join(directory, file)).size)),
  "swapped for that of another database": (directory, file) =>
    copyFileSync(join(stranger, file), join(directory, file)),
  "swapped for another of its own": (directory, file) => {
    const others = files.filter((other) => other !== file);
    const other = others.find((name) => dirname(name) === dirname(file)) ?? others[0]!;
    copyFileSync(join(whole, other), join(directory, file));
  },
};

/** Every file but the damaged one is where it was, or in lost+found/; and what was damaged can be put back. */
function expectNothingLost(directory: string, file: string): void {
  const found = new Set(filesOf(directory));
  for (const name of files) {
    if (name !== file) expect([name, found.has(name) || found.has(asideNameOf(name))]).toEqual([name, true]);
  }
  copyFileSync(join(whole, file), join(directory, file));
  const db = new TestDatabase(directory, 2 * 86_400_000);
  try {
    const past = [...before.keys()].filter((state) => !state.endsWith("@now"));
    expect([...again(db, past)]).toEqual(past.map((state) => [state, before.get(state)]));
  } finally {
    db.close();
  }
}

const asideNameOf = (name: string) => join("lost+found", name.replace("/", "-"));

function expectSaid(file: string, { refused, branches, notes, maintained }: Opened): void {
  if (refused) {
    expect(refused.code).toBe("STORAGE_UNAVAILABLE");
    expect(refused.message).toMatch(
      /meta\.db.* Stop the server and restore the database's whole folder from one backup/,
    );
    return;
  }
  const [main, dev] = [branches.get("main"), branches.get("dev")];
  if (file.startsWith("branches/")) {
    // What others need of the file's history is not known, so nothing is cleared away.
    expect(maintained).toMatch(REFUSED);
    expect([main, dev].filter((each) => each !== "ok")).toEqual([expect.stringMatching(REFUSED)]);
    expect(file === "branches/b1.db" ? main : dev).toMatch(REFUSED);
  } else expect([main, dev, notes.filter((note) => !note.includes("missing"))]).toEqual(["ok", "ok", []]);
}

it("the filled folder has the files that are damaged below", () => {
  expect(files).toEqual([...FILES].sort());
});

describe.each(FILES)("%s", (file) => {
  it.each(Object.keys(damages))("%s: refused or repaired, said so, and nothing deleted", (how) => {
    const directory = copyOf(whole);
    damages[how]!(directory, file);
    const opened = tryOut(directory);
    if (file === "meta.db") expect(opened.refused).not.toBeNull();
    expectSaid(file, opened);
    expectNothingLost(directory, file);
  });
});

it.each(Object.keys(damages))("a copy that was %s is made again when it is needed", (how) => {
  const directory = copyOf(whole);
  // Only a copy knows the rowids of a past state.
  const read = (db: TestDatabase) => db.at("main", "SELECT sum(rowid), count(*) FROM t", 8);
  const undamaged = new TestDatabase(directory, 2 * 86_400_000);
  const expected = read(undamaged);
  undamaged.close();
  damages[how]!(directory, "copies/b1-8.db");
  const db = new TestDatabase(directory, 2 * 86_400_000);
  expect(read(db)).toEqual(expected);
  expect(db.copies).toBe(1);
  db.close();
});

describe("a folder that was put back in parts", () => {
  /** The folder as it was, and as it is after each branch has had another commit. */
  function twoStates(): { older: string; newer: string } {
    const older = copyOf(whole);
    const newer = copyOf(whole);
    const db = new TestDatabase(newer, 3 * 86_400_000);
    for (const branch of ["main", "dev"]) db.execute(branch, "INSERT INTO t (v) VALUES ('newer')");
    db.close();
    return { older, newer };
  }

  it("an older record beside newer files is refused, wherever the newer commits are", () => {
    const { older, newer } = twoStates();
    for (const file of ["branches/b1.db", "branches/b2.db"]) {
      const directory = copyOf(older);
      copyFileSync(join(newer, file), join(directory, file));
      const { refused } = tryOut(directory);
      expect(refused?.message).toContain("is older than branches/b");
      expect(readFileSync(join(directory, file))).toEqual(readFileSync(join(newer, file)));
    }
  });

  it("an older record that was overwritten in place is refused", () => {
    const { older, newer } = twoStates();
    copyFileSync(join(older, "meta.db"), join(newer, "meta.db"));
    expect(tryOut(newer).refused?.code).toBe("STORAGE_UNAVAILABLE");
  });

  it("a log without its record is refused, and stays", () => {
    const directory = copyOf(whole);
    rmSync(join(directory, "meta.db"));
    writeFileSync(join(directory, "meta.db-wal"), "what was not in the file yet");
    rmSync(join(directory, "branches/b1.db"));
    writeFileSync(join(directory, "branches/b1.db-wal"), "what was not in the file yet");
    expect(tryOut(directory).refused?.message).toContain("meta.db-wal");
    copyFileSync(join(whole, "meta.db"), join(directory, "meta.db"));
    rmSync(join(directory, "meta.db-wal"));
    expect(tryOut(directory).branches.get("main")).toMatch(REFUSED);
    expect(readFileSync(join(directory, "branches/b1.db-wal"), "utf8")).toBe("what was not in the file yet");
  });
});

describe("a record that names no branch", () => {
  /** As a first opening leaves it that was interrupted before main was recorded. */
  function fresh(): string {
    const directory = memoryFolder("helios-engine-");
    new TestDatabase(directory).close();
    const record = new Database(join(directory, "meta.db"));
    record.exec("DELETE FROM branches; DELETE FROM timelines");
    record.close();
    return directory;
  }

  it("is completed beside a main that nobody has written to", () => {
    const directory = fresh();
    const db = new TestDatabase(directory);
    db.execute("main", "CREATE TABLE t (v TEXT)");
    expect(db.query("main", "SELECT count(*) FROM t").rows).toEqual([[0]]);
    db.close();
    rmSync(directory, { recursive: true });
  });

  it.each([
    ["a main with commits of its own", "branches/b1.db"],
    ["another branch", "branches/b2.db"],
    ["a snapshot", "snapshots/b1-3.db"],
  ])("is refused beside %s, which stays", (_what, file) => {
    const directory = fresh();
    for (const made of ["branches", "snapshots"]) mkdirSync(join(directory, made), { recursive: true });
    copyFileSync(join(whole, file), join(directory, file));
    expect(tryOut(directory).refused?.message).toContain(`names no branch, while ${file} exists`);
    expect(readFileSync(join(directory, file))).toEqual(readFileSync(join(whole, file)));
    rmSync(directory, { recursive: true });
  });
});

it.each(["notes.txt", "transfers/mine.db", "another/b1.db"])("%s, which is no file of the engine's, stays", (name) => {
  const directory = copyOf(whole);
  mkdirSync(join(directory, dirname(name)), { recursive: true });
  writeFileSync(join(directory, name), "mine");
  const { notes, branches, maintained } = tryOut(directory);
  expect([notes, [...branches.values()], maintained]).toEqual([[], ["ok", "ok"], "ok"]);
  expect(readFileSync(join(directory, name), "utf8")).toBe("mine");
});

describe("files that no record names", () => {
  it.each([
    ["branches", "notes.txt"],
    ["branches", "b1.db.bak"],
    ["branches", "b77.db"],
    ["copies", "b77-3.db"],
    ["copies", "manual.db"],
    ["snapshots", "b1-777.db"],
    ["snapshots", "b77-3.db"],
    ["branches", "mine.unfinished"],
  ])("%s/%s is moved to lost+found/, and said", (folder, name) => {
    const directory = copyOf(whole);
    for (const suffix of ["", "-wal"]) writeFileSync(join(directory, folder, name + suffix), `mine${suffix}`);
    const { notes, branches } = tryOut(directory);
    expect([...branches.values()]).toEqual(["ok", "ok"]);
    // SQLite may have made an index of the log while it looked.
    const moved = notes.filter((note) => note.includes("moved to lost+found") && !note.includes("-shm"));
    expect(moved).toHaveLength(2);
    for (const suffix of ["", "-wal"]) {
      const aside = join(directory, "lost+found", `${folder}-${name}${suffix}`);
      expect(readFileSync(aside, "utf8")).toBe(`mine${suffix}`);
    }
    // A second one of the name takes another's place nowhere.
    writeFileSync(join(directory, folder, name), "another");
    tryOut(directory);
    expect(readFileSync(join(directory, "lost+found", `${folder}-${name}.2`), "utf8")).toBe("another");
    expect(tryOut(directory).notes).toEqual([]);
  });

  it("a newer branch file is not taken for one that nobody knows", () => {
    const directory = copyOf(whole);
    const db = new TestDatabase(directory, 2 * 86_400_000);
    db.branch("more");
    db.execute("more", "INSERT INTO t (v) VALUES ('more')");
    const file = "branches/b4.db";
    db.close();
    const older = copyOf(whole);
    copyFileSync(join(directory, file), join(older, file));
    expect(tryOut(older).refused?.message).toContain("is older than");
    expect(readFileSync(join(older, file))).toEqual(readFileSync(join(directory, file)));
  });
});
