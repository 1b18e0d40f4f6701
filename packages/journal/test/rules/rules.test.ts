import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { JournaledConnection } from "@heliosdb/engine";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { photograph } from "../../../engine/test/crash/photograph.js";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { TestDatabase } from "../../../engine/test/support/test-database.js";
import { Journal, LogLost, Replica, rollForward } from "../../src/index.js";
import { wholeLog } from "../../src/writer/whole-file.js";
import { applyWithCrashes } from "../replica/crashes.js";
import { Copy, differences } from "../support/copy.js";
import { type Behaviour, JournaledRunner } from "../support/journaled-runner.js";
import { smallHistory } from "../support/small-history.js";
import { TestLog } from "../support/test-log.js";

// Each rule of the journal is held here against what happens without it. A test that passes either way proves nothing.

type Broken = Partial<Behaviour>;
const journal = (make: new (...args: ConstructorParameters<typeof Journal>) => Journal): Broken => ({
  makeJournal: (...args) => new make(...args),
});

class ClosesAtOnce extends Journal {
  override close(connection: JournaledConnection): void {
    if (connection.open) connection.close();
  }

  override get open(): number {
    return 0;
  }
}

class TakesAllForConfirmed extends Journal {
  override collect(): number {
    const seq = super.collect();
    super.confirmed(Number.POSITIVE_INFINITY);
    return seq;
  }
}

class ForgetsFirstPages extends Journal {
  override finished(path: string, pages: string): void {
    super.finished(path, pages);
    this.operations.pop();
  }
}

class CopiesWhole extends Journal {
  override copied(source: string, target: string): void {
    this.made(target, readFileSync(source));
  }
}

class CopiesBeforeCollecting extends Journal {
  override copied(source: string, target: string): void {
    const before = this.operations.length;
    super.copied(source, target);
    const added = this.operations.splice(before);
    this.operations.push(...added.reverse());
  }
}

class OpensTheFile extends Journal {
  override collect(): number {
    for (const file of this.known) if (existsSync(join(this.folder, file))) readFileSync(join(this.folder, file));
    return super.collect();
  }
}

class NeverWaits extends Replica {
  protected override reachPart(): void {}
}

/** Where Linux tells of the locks of all processes. */
const LOCKS = "/proc/locks";

/** What differs between a database that ends well and the folder made from its log. */
function afterAll(play: (db: TestDatabase) => void, behaviour: Broken): string[] {
  const runner = new JournaledRunner(behaviour);
  const db = new TestDatabase(memoryFolder("helios-rules-"), 0, runner);
  return compared(db, runner, () => play(db));
}

function compared(db: TestDatabase, runner: JournaledRunner, play: () => void): string[] {
  const copy = new Copy(runner.log);
  try {
    play();
    db.close();
    copy.follow();
    return differences(db.directory, copy.folder);
  } finally {
    copy.dispose();
    rmSync(db.directory, { recursive: true, force: true });
  }
}

/** Whether the folder made from the log has the same branches as the database that went on after a kill. */
function isSameAfterKill(play: (db: TestDatabase) => void, behaviour: Broken): boolean {
  const runner = new JournaledRunner({ lag: () => 4, ...behaviour });
  const db = new TestDatabase(memoryFolder("helios-rules-"), 0, runner);
  const copy = new Copy(runner.log);
  try {
    play(db);
    db.kill();
    copy.follow();
    const taken = new TestDatabase(copy.taken());
    const same = JSON.stringify([...photograph(taken)]) === JSON.stringify([...photograph(db)]);
    taken.dispose();
    return same;
  } catch (error) {
    // A folder that can't be read is not the same.
    if ((error as { code?: string }).code === undefined) throw error;
    return false;
  } finally {
    db.dispose();
    copy.dispose();
  }
}

describe("closing a file moves its log, so it is closed only when the log was collected and confirmed", () => {
  /** More branches than are kept open, all of which one call of maintenance writes to. */
  const many = (db: TestDatabase) => {
    db.execute("main", "CREATE TABLE t (v)", "INSERT INTO t VALUES (1)");
    db.control({ op: "setRetention", request: { historyMs: 0, deletedMs: 0 } });
    for (let i = 0; i < 66; i++) {
      db.branch(`b${i}`);
      db.execute(`b${i}`, "UPDATE t SET v = 2");
    }
    db.maintain();
  };

  it("while a call opens more files than are kept open", () => {
    // They wait to be closed, and are opened again meanwhile.
    expect(afterAll(many, { lag: () => 3 })).toEqual([]);
    const found = afterAll(many, journal(ClosesAtOnce)).filter((text) => text.startsWith("branches/"));
    expect(found.length).toBeGreaterThan(0);
  });
});

describe("a log is moved into its file only when it is confirmed", () => {
  /** The clone of main moves its log; then main's log begins anew. */
  const play = (db: TestDatabase) => {
    db.execute("main", "CREATE TABLE t (v)", "CREATE TABLE u (v)");
    db.execute("main", "INSERT INTO t VALUES ('acknowledged')");
    db.branch("x");
    db.execute("x", "INSERT INTO u VALUES (1)");
    db.execute("main", "INSERT INTO u VALUES (1)");
  };

  it("so that a killed process leaves all that the log of entries lacks", () => {
    expect(isSameAfterKill(play, {})).toBe(true);
    expect(isSameAfterKill(play, journal(TakesAllForConfirmed))).toBe(false);
  });

  it("and what a killed process had renamed and made is sent again, not only its logs", () => {
    expect(isSameAfterKill(play, { rollForward })).toBe(true);
    const logsOnly: typeof rollForward = function* (folder, known) {
      for (const file of known) yield* wholeLog(join(folder, file), file);
    };
    expect(isSameAfterKill(play, { rollForward: logsOnly })).toBe(false);
  });
});

describe("a folder is not gone on with where its disk lacks what is confirmed", () => {
  const play = (db: TestDatabase) => {
    db.execute("main", "CREATE TABLE t (v)");
    db.branch("x");
    db.execute("main", "INSERT INTO t VALUES ('acknowledged')");
    db.execute("x", "INSERT INTO t VALUES ('acknowledged')");
  };
  const cut = { lag: () => 0, powerCuts: () => 2 };

  it("after a power cut", () => {
    expect(isSameAfterKill(play, cut)).toBe(true);
    expect(isSameAfterKill(play, { ...cut, hasLost: () => false })).toBe(false);
  });

  it("and only writes of rows don't wait for it", () => {
    /** What SQLite waits for at the commits of a file: 1 for NORMAL, 2 for FULL. */
    const afterEach = (behaviour: Broken) => {
      const open = new Map<string, JournaledConnection>();
      class Listening extends Journal {
        override opened(path: string, connection: JournaledConnection): void {
          super.opened(path, connection);
          open.set(basename(path), connection);
        }
      }
      const runner = new JournaledRunner({ ...behaviour, ...journal(Listening) });
      const db = new TestDatabase(memoryFolder("helios-rules-"), 0, runner);
      const now = () => ["b1.db", "meta.db"].map((file) => open.get(file)!.pragma("synchronous", { simple: true }));
      try {
        play(db);
        db.execute("main", "INSERT INTO t VALUES ('a row')");
        const written = now();
        db.merge("x", "main");
        return [written, now()];
      } finally {
        db.dispose();
      }
    };
    expect(afterEach(cut)).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(afterEach({})).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });
});

describe("a copied file", () => {
  /** Bytes of the log of a first write on a branch of some megabytes. */
  const firstWrite = (behaviour: Broken): number => {
    const runner = new JournaledRunner(behaviour);
    const db = new TestDatabase(memoryFolder("helios-rules-"), 0, runner);
    const rows = "WITH n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000)";
    db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    db.execute("main", `INSERT INTO t ${rows} SELECT x, hex(randomblob(100)) FROM n`);
    db.branch("x");
    const before = runner.log.bytes;
    db.execute("x", "UPDATE t SET v = 1 WHERE id = 7");
    const bytes = runner.log.bytes - before;
    db.dispose();
    return bytes;
  };

  it("costs no bytes of the log", () => {
    expect(firstWrite({})).toBeLessThan(64 * 1024);
    expect(firstWrite(journal(CopiesWhole))).toBeGreaterThan(1024 * 1024);
  });

  it("has the first page as it was after its last change, which is not in its log", () => {
    const end = (behaviour: Broken) => {
      const { db, runner } = smallHistory(behaviour);
      return compared(db, runner, () => {});
    };
    expect(end({})).toEqual([]);
    expect(end(journal(ForgetsFirstPages)).join()).toMatch(/snapshots\/b\d+-\d+\.db: .* pages 1$/);
  });

  it("has what its source had when it was copied", () => {
    const content = (make: new (...args: ConstructorParameters<typeof Journal>) => Journal): unknown => {
      const folder = memoryFolder("helios-rules-");
      const log = new TestLog();
      const writing = new make(folder, (operations) => log.append(operations));
      mkdirSync(join(folder, "branches"));
      const [source, target] = ["b1", "b2"].map((name) => join(folder, "branches", `${name}.db`)) as [string, string];
      const db = new Database(source);
      db.pragma("journal_mode = WAL");
      db.exec("CREATE TABLE t (v)");
      writing.made(source, db.serialize());
      writing.opened(source, db);
      db.exec("INSERT INTO t VALUES (1)");
      // The transaction is the lock under which the file is copied.
      db.exec("BEGIN IMMEDIATE");
      writing.copied(source, target);
      db.exec("ROLLBACK");
      db.exec("INSERT INTO t VALUES (2)");
      writing.collect();
      const copy = new Copy(log);
      copy.follow();
      const made = new Database(join(copy.folder, "branches", "b2.db"));
      const rows = made.prepare("SELECT v FROM t").pluck().all();
      for (const each of [made, db]) each.close();
      copy.dispose();
      rmSync(folder, { recursive: true, force: true });
      return rows;
    };
    expect(content(Journal)).toEqual([1]);
    expect(content(CopiesBeforeCollecting)).toEqual([]);
  });
});

it("has the first page of a file that gets WAL mode when it is opened, which is not in its log", () => {
  const runner = new JournaledRunner();
  const db = new TestDatabase(memoryFolder("helios-rules-"), 0, runner);
  const found = compared(db, runner, () => {
    db.execute("main", "CREATE TABLE t (v)");
    db.close();
    // As a file that a backup has brought back.
    const file = new Database(join(db.directory, "branches", "b1.db"));
    file.pragma("journal_mode = DELETE");
    file.close();
    runner.log.truncate(0);
    db.open();
    db.execute("main", "INSERT INTO t VALUES (1)");
  });
  expect(found).toEqual([]);
});

it("stops when another program has moved a log that was not read", () => {
  const db = new TestDatabase(memoryFolder("helios-rules-"), 0, new JournaledRunner({ lag: () => 9 }));
  try {
    db.execute("main", "CREATE TABLE t (v)", "INSERT INTO t VALUES (1)");
    const other = new Database(join(db.directory, "branches", "b1.db"));
    other.pragma("wal_checkpoint(RESTART)");
    other.exec("UPDATE t SET v = 2");
    other.close();
    expect(() => db.branch("x")).toThrow(LogLost);
  } finally {
    rmSync(db.directory, { recursive: true, force: true });
  }
});

it.runIf(existsSync(LOCKS))(
  "never opens a file that the writer has open: closing it would drop this process's locks",
  () => {
    const locksAfterCall = (behaviour: Broken): number => {
      const runner = new JournaledRunner(behaviour);
      const db = new TestDatabase(memoryFolder("helios-rules-"), 0, runner);
      try {
        db.execute("main", "CREATE TABLE t (v)", "INSERT INTO t VALUES (1)");
        const { ino } = statSync(join(db.directory, "branches", "b1.db"));
        const locks = readFileSync(LOCKS, "utf8").split("\n");
        return locks.filter((line) => line.includes(`:${ino} `)).length;
      } finally {
        db.dispose();
      }
    };
    expect(locksAfterCall({})).toBeGreaterThan(0);
    expect(locksAfterCall(journal(OpensTheFile))).toBe(0);
  },
);

it("makes each step of a replica durable before the next one: what is repeated after a crash would read what came later", () => {
  const { db, runner } = smallHistory();
  db.close();
  const seeds = [1, 2, 3, 4];
  const isWrong = (seed: number, replica: typeof Replica): boolean => {
    const base = memoryFolder("helios-rules-");
    try {
      applyWithCrashes(runner.log, base, seed, replica);
      return differences(db.directory, join(base, "data")).length > 0;
    } catch (error) {
      // It may have been stopped by what it found missing.
      if ((error as { code?: string }).code !== "ENOENT") throw error;
      return true;
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  };
  expect(seeds.filter((seed) => isWrong(seed, Replica))).toEqual([]);
  expect(seeds.filter((seed) => isWrong(seed, NeverWaits)).length).toBeGreaterThan(0);
  rmSync(db.directory, { recursive: true, force: true });
});
