import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { checkDatabase, damagedLog } from "../../src/index.js";
import { memoryFolder } from "../support/memory-folder.js";
import { TestDatabase } from "../support/test-database.js";
import { copyOf, tryOut } from "./folder.js";

const COMMITS = 12;
const folder = memoryFolder("helios-logs-");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file and a log of several commits, as a kill leaves them. `odd` makes the log stranger, in the same file. */
function logged(pageSize = 4096, odd: (db: Database.Database) => void = () => {}): { file: Buffer; log: Buffer } {
  const path = join(folder, "made.db");
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
  const db = new Database(path);
  db.pragma(`page_size = ${pageSize}`);
  db.pragma("journal_mode = WAL");
  db.pragma("wal_autocheckpoint = 0");
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
  odd(db);
  for (let i = 1; i < COMMITS; i++) db.exec(`INSERT INTO t (v) VALUES (hex(randomblob(${i * 900})))`);
  const found = { file: readFileSync(path), log: readFileSync(`${path}-wal`) };
  db.close();
  return found;
}

function put(file: Buffer, log: Buffer): string {
  const path = join(folder, "tried.db");
  rmSync(`${path}-shm`, { force: true });
  writeFileSync(path, file);
  writeFileSync(`${path}-wal`, log);
  return path;
}

/** Rows that SQLite finds; -1 without the table. */
function rowsOf(path: string): number {
  const db = new Database(path, { readonly: true });
  const has = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 't'").get() !== undefined;
  const rows = has ? (db.prepare("SELECT count(*) FROM t").pluck().get() as number) : -1;
  db.close();
  return rows;
}

/** Where the commits of a log that was never begun anew end. */
function endsOf(log: Buffer): number[] {
  const frame = 24 + log.readUInt32BE(8);
  const ends: number[] = [];
  for (let at = 32; at < log.length; at += frame) if (log.readUInt32BE(at + 4) !== 0) ends.push(at + frame);
  return ends;
}

describe.each([4096, 512, 65_536])("a log with pages of %s bytes", (pageSize) => {
  const { file, log } = logged(pageSize);
  const ends = endsOf(log);

  it("is damaged: it is found, unless only the last two commits are lost", () => {
    const seen = { found: 0, last: 0, whole: 0 };
    const damage = fc.record({ at: fc.nat(log.length - 1), length: fc.integer({ min: 1, max: 3 * pageSize }) });
    fc.assert(
      fc.property(damage, ({ at, length }) => {
        const changed = Buffer.from(log);
        for (let i = at; i < Math.min(at + length, log.length); i++) changed[i]! ^= 0x40;
        const path = put(file, changed);
        const place = damagedLog(path);
        const lost = COMMITS - 1 - rowsOf(path);
        if (place !== null) {
          seen.found++;
          expect([lost > 0, place <= at]).toEqual([true, true]);
        } else if (lost > 0) {
          seen.last++;
          // Of the last commit that is whole, its end may be all that there is; one more is what a power cut leaves.
          expect(at + length).toBeGreaterThan(ends.at(-4)!);
        } else seen.whole++;
      }),
      { numRuns: 150, seed: 1, endOnFailure: true },
    );
    expect(seen.found).toBeGreaterThan(50);
    expect(seen.last).toBeGreaterThan(0);
  });

  it("is cut off, or torn in its last commit, by a power cut: nothing is found", () => {
    const begin = ends.at(-2)!;
    const cut = fc.record({ at: fc.nat(log.length), torn: fc.array(fc.integer({ min: begin, max: log.length - 1 })) });
    fc.assert(
      fc.property(cut, ({ at, torn }) => {
        expect(damagedLog(put(file, log.subarray(0, at)))).toBeNull();
        const changed = Buffer.from(log);
        for (const byte of torn) changed[byte]! ^= 0x40;
        expect(damagedLog(put(file, changed))).toBeNull();
      }),
      { numRuns: 60, seed: 2 },
    );
  });
});

it("nothing is found in what a transaction that was rolled back has left, or behind a new beginning", () => {
  const rolledBack = logged(4096, (db) => {
    db.pragma("cache_size = 5");
    db.exec("INSERT INTO t (v) VALUES (hex(randomblob(90000)))");
    db.exec("BEGIN; INSERT INTO t (v) SELECT hex(randomblob(20000)) FROM t, (VALUES (1), (2), (3)); ROLLBACK");
  });
  expect(damagedLog(put(rolledBack.file, rolledBack.log))).toBeNull();
  const begunAnew = logged(4096, (db) => {
    for (let i = 0; i < 40; i++) db.exec("INSERT INTO t (v) VALUES (hex(randomblob(9000)))");
    db.pragma("wal_checkpoint(RESTART)");
  });
  expect(begunAnew.log.length).toBeGreaterThan(endsOf(logged().log).at(-1)!);
  expect(damagedLog(put(begunAnew.file, begunAnew.log))).toBeNull();
  expect(damagedLog(join(folder, "nothing.db"))).toBeNull();
});

describe("a database that was killed", () => {
  const db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
  for (let i = 0; i < 8; i++) {
    db.branch(`dev${i === 0 ? "" : i}`);
    db.execute("dev", `INSERT INTO t (v) VALUES ('${i}')`);
  }
  const killed = copyOf(db.directory);
  db.close();

  it.each(["meta.db", "branches/b2.db"])("is refused for a damaged place in the log of %s, and keeps it", (name) => {
    const directory = copyOf(killed);
    const path = join(directory, `${name}-wal`);
    const log = readFileSync(path);
    log[32 + 24 + 100]! ^= 0x40;
    writeFileSync(path, log);
    const { refused } = tryOut(directory);
    expect(refused?.code).toBe("STORAGE_UNAVAILABLE");
    expect(refused?.message).toContain(
      `${name}-wal is damaged at byte 32, and newer commits follow. Nothing was changed`,
    );
    expect(readFileSync(path).equals(log)).toBe(true);
    const { problems } = checkDatabase(directory);
    expect(problems.some((problem) => problem.includes("-wal is damaged at byte 32"))).toBe(true);
    copyFileSync(join(killed, `${name}-wal`), path);
    expect(tryOut(directory).refused).toBeNull();
  });
});
