import { closeSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { leaveAsKilled } from "../../../engine/test/support/runner.js";
import { TestDatabase } from "../../../engine/test/support/test-database.js";
import { Journal, readDiskMark, writeDiskMark } from "../../src/index.js";
import { JournaledRunner } from "../support/journaled-runner.js";

const DESCRIPTORS = "/proc/self/fd";

/** The descriptors of a file that are for reading only, as the journal's are. */
function readers(path: string): number[] {
  return readdirSync(DESCRIPTORS).flatMap((name) => {
    try {
      const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, "utf8"));
      const isReader = (Number.parseInt(flags![1]!, 8) & 3) === 0;
      return isReader && readlinkSync(join(DESCRIPTORS, name)) === path ? [Number(name)] : [];
    } catch {
      // The listing's own descriptor is closed by now.
      return [];
    }
  });
}

it.runIf(process.platform === "linux")(
  "hands an error of the disk to whoever has it, and claims nothing as synced",
  () => {
    const folder = memoryFolder("helios-failed-");
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, "branches"));
    const path = join(folder, "branches/b1.db");
    const db = new Database(path);
    db.pragma("journal_mode = WAL");
    db.exec("CREATE TABLE t (v)");
    const failed: unknown[] = [];
    const disk = {
      id: "d",
      noteSynced: () => {},
      failed: (error: unknown): never => {
        failed.push(error);
        throw new Error("this writer ends");
      },
    };
    const journal = new Journal(folder, () => 1, ["branches/b1.db"], disk);
    journal.opened(path, db);
    db.exec("INSERT INTO t VALUES (1)");
    journal.collect();
    const [descriptor] = readers(`${path}-wal`);
    closeSync(descriptor!);
    expect(() => journal.sync()).toThrow("this writer ends");
    expect(failed).toMatchObject([{ code: "EBADF" }]);
    expect(journal.behindMs).toBeGreaterThan(0);
    db.close();
  },
);

it("makes a folder from the log whose disk has failed, whatever is read of it", () => {
  const runner = new JournaledRunner({ powerCuts: () => 4 });
  const db = new TestDatabase(memoryFolder("helios-failed-"), 0, runner);
  onTestFinished(() => rmSync(db.directory, { recursive: true, force: true }));
  db.execute("main", "CREATE TABLE t (v)", "INSERT INTO t VALUES (1)");
  for (const hasFailed of [false, true]) {
    leaveAsKilled(db.directory, () => {
      runner.killed();
      db.close();
    });
    writeDiskMark(db.directory, { ...readDiskMark(db.directory)!, hasFailed });
    db.open();
    expect([hasFailed, runner.behind]).toEqual([hasFailed, hasFailed ? 1 : 0]);
    expect(db.rows("main", "SELECT v FROM t")).toEqual([[1]]);
  }
  db.close();
});
