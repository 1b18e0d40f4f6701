import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { FRAME_HEADER, LOG_HEADER } from "@heliosdb/engine/log-format";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { leaveAsKilled } from "../../../engine/test/support/runner.js";
import { TestDatabase } from "../../../engine/test/support/test-database.js";
import { Copy, differences } from "../support/copy.js";
import { JournaledRunner } from "../support/journaled-runner.js";

const FRAME = 4096 + FRAME_HEADER;
const FILES = { main: "branches/b1.db", x: "branches/b2.db" } as const;
type Branch = keyof typeof FILES;

/** What is done to a folder whose writer has ended without a word; `frame` is one of a log's. */
const DAMAGES: Readonly<Record<string, (path: string, frame: number) => void>> = {
  "its file removed": (path) => rmSync(path),
  "its file and its log removed": (path) => {
    for (const each of [path, `${path}-wal`, `${path}-shm`]) rmSync(each, { force: true });
  },
  "its log removed": (path) => rmSync(`${path}-wal`),
  "its log cut": (path, frame) => truncateSync(`${path}-wal`, LOG_HEADER + frame * FRAME),
  "a frame of its log lost": (path, frame) => {
    const log = openSync(`${path}-wal`, "r+");
    writeSync(log, Buffer.alloc(FRAME), 0, FRAME, LOG_HEADER + frame * FRAME);
    closeSync(log);
  },
};

/** @param lag entries that were on their way when the writer ended */
function played(lag: number) {
  const runner = new JournaledRunner({ lag: () => lag, powerCuts: () => 4 });
  const db = new TestDatabase(memoryFolder("helios-damage-"), 0, runner);
  db.execute("main", "CREATE TABLE t (v)");
  db.branch("x");
  db.execute("x", "INSERT INTO t VALUES (0)");
  db.control({ op: "createSnapshot", request: { branch: "main", name: "s", author: "test" } });
  for (let v = 1; v <= 4; v++) for (const name of ["main", "x"]) db.execute(name, `INSERT INTO t VALUES (${v})`);
  return { runner, db };
}

function rowsIn(folder: string, branch: Branch): unknown[] {
  const file = new Database(join(folder, FILES[branch]));
  try {
    return file.prepare("SELECT v FROM t ORDER BY v").pluck().all();
  } finally {
    file.close();
  }
}

function framesOf(lag: number, branch: Branch): number {
  const { db } = played(lag);
  const frames = Math.floor((statSync(`${join(db.directory, FILES[branch])}-wal`).size - LOG_HEADER) / FRAME);
  db.dispose();
  return frames;
}

describe.each([0, 3])("with %s entries on their way when a writer ends, nothing confirmed is lost", (lag) => {
  describe.each(["main", "x"] as const)("and branch %s has", (branch) => {
    it.each(Object.entries(DAMAGES))("%s", (name, damage) => {
      const frames = name.includes("its log cut") || name.includes("a frame") ? framesOf(lag, branch) : 1;
      for (let frame = 0; frame < frames; frame++) {
        const { runner, db } = played(lag);
        const copy = new Copy(runner.log);
        try {
          leaveAsKilled(db.directory, () => {
            runner.killed();
            db.close();
          });
          copy.follow();
          const confirmed = rowsIn(copy.folder, branch);
          expect(confirmed.length).toBeGreaterThan(1);
          damage(join(db.directory, FILES[branch]), frame);
          db.open();
          const { rows } = db.query(branch, "SELECT v FROM t ORDER BY v");
          expect([frame, rows.map(([v]) => v)]).toEqual([frame, expect.arrayContaining(confirmed)]);
          db.execute(branch, "INSERT INTO t VALUES (5)");
          db.close();
          copy.follow();
          expect([frame, differences(db.directory, copy.folder)]).toEqual([frame, []]);
        } finally {
          copy.dispose();
          rmSync(db.directory, { recursive: true, force: true });
        }
      }
    });
  });
});

it("goes on without a file that was removed on purpose, by a call of which the log has nothing", () => {
  const { runner, db } = played(0);
  const copy = new Copy(runner.log);
  try {
    db.control({ op: "deleteBranch", request: { branch: "x" } });
    const before = runner.log.length;
    db.travel(60 * 86_400_000);
    db.maintain();
    expect(existsSync(join(db.directory, FILES.x))).toBe(false);
    leaveAsKilled(db.directory, () => {
      runner.killed();
      db.close();
    });
    runner.log.truncate(before);
    db.open();
    expect(runner.behind).toBe(0);
    expect(readdirSync(join(db.directory, "branches"))).not.toContain("b2.db");
    db.close();
    copy.follow();
    expect(differences(db.directory, copy.folder)).toEqual([]);
  } finally {
    copy.dispose();
    rmSync(db.directory, { recursive: true, force: true });
  }
});
