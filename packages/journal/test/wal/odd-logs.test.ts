import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { checksum, NO_CHECKSUM } from "../../../engine/src/file/log-format.js";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { LogLost, WalReader } from "../../src/index.js";
import { dumpOf } from "./random-file.js";

const FRAME_HEADER = 24;
let folder: string;
let db: Database.Database | undefined;
afterEach(() => {
  if (db?.open) db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A file with a log of several commits, which is open. */
function logged(): string {
  folder = memoryFolder("helios-logs-");
  const path = join(folder, "file.db");
  db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("wal_autocheckpoint = 0");
  db.exec("CREATE TABLE t (v)");
  for (let i = 0; i < 12; i++) db.exec(`INSERT INTO t VALUES (hex(randomblob(${i * 400})))`);
  return path;
}

/** The committed pages of a log, laid over the file beside it. */
function rebuilt(path: string): Buffer {
  const reader = new WalReader(`${path}-wal`);
  const pages = reader.collect();
  const file = readFileSync(path);
  if (pages === null) {
    reader.close();
    return file;
  }
  const whole = Buffer.alloc(pages.size * pages.pageSize);
  file.copy(whole);
  for (const number of pages.numbers) whole.set(pages.read(number), (number - 1) * pages.pageSize);
  reader.close();
  return whole;
}

it("takes of a damaged or cut log what SQLite takes", () => {
  const path = logged();
  const [file, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
  const damage = fc.record({ at: fc.nat(log.length - 1), cut: fc.boolean() });
  const found = new Set<string>();
  fc.assert(
    fc.property(damage, ({ at, cut }) => {
      const other = join(folder, "other.db");
      for (const suffix of ["-wal", "-shm"]) rmSync(other + suffix, { force: true });
      writeFileSync(other, file);
      const changed = Buffer.from(cut ? log.subarray(0, at) : log);
      if (!cut) changed[at]! ^= 0x40;
      writeFileSync(`${other}-wal`, changed);
      const mine = rebuilt(other);
      writeFileSync(join(folder, "mine.db"), mine);
      const [theirs, ours] = [new Database(other), new Database(join(folder, "mine.db"))];
      const [expected, got] = [dumpOf(theirs), dumpOf(ours)];
      theirs.close();
      ours.close();
      expect(JSON.stringify(got) === JSON.stringify(expected)).toBe(true);
      found.add(JSON.stringify(expected));
    }),
    { numRuns: 80, seed: 1, endOnFailure: true },
  );
  expect(found.size).toBeGreaterThan(5);
});

it("reads a log whose checksums are over big-endian words", () => {
  const path = logged();
  const log = readFileSync(`${path}-wal`);
  const expected = rebuilt(path);
  cpSync(path, join(folder, "other.db"));
  writeFileSync(join(folder, "other.db-wal"), withBigEndianSums(log));
  expect(rebuilt(join(folder, "other.db")).equals(expected)).toBe(true);
});

function withBigEndianSums(log: Buffer): Buffer {
  const other = Buffer.from(log);
  other.writeUInt32BE(0x377f0683, 0);
  const pageSize = other.readUInt32BE(8);
  let sum = checksum(other.subarray(0, 24), NO_CHECKSUM, true);
  const put = (at: number) => {
    other.writeUInt32BE(sum.first >>> 0, at);
    other.writeUInt32BE(sum.second >>> 0, at + 4);
  };
  put(24);
  for (let at = 32; at < other.length; at += pageSize + FRAME_HEADER) {
    sum = checksum(other.subarray(at, at + 8), sum, true);
    sum = checksum(other.subarray(at + FRAME_HEADER, at + FRAME_HEADER + pageSize), sum, true);
    put(at + 16);
  }
  return other;
}

it("reads pages once more from a log that is longer than what it keeps in memory", () => {
  const path = logged();
  db!.exec("CREATE TABLE large (v); INSERT INTO large VALUES (hex(randomblob(6000000))), (hex(randomblob(6000000)))");
  const expected = dumpOf(db!);
  writeFileSync(join(folder, "mine.db"), rebuilt(path));
  const mine = new Database(join(folder, "mine.db"));
  expect(JSON.stringify(dumpOf(mine)) === JSON.stringify(expected)).toBe(true);
  mine.close();
});

it("notices that a log began anew when nobody had let it", () => {
  const path = logged();
  const reader = new WalReader(`${path}-wal`);
  expect(reader.collect()).not.toBeNull();
  db!.exec("INSERT INTO t VALUES ('not collected')");
  const other = new Database(path);
  other.pragma("wal_checkpoint(RESTART)");
  other.exec("INSERT INTO t VALUES ('over it')");
  expect(() => reader.collect()).toThrow(LogLost);
  other.close();
  reader.close();
});

it("finds nothing new in frames that a rolled back transaction has left", () => {
  const path = logged();
  const reader = new WalReader(`${path}-wal`);
  reader.collect();
  db!.pragma("cache_size = 5");
  db!.exec("BEGIN; INSERT INTO t SELECT hex(randomblob(2000)) FROM t, t AS other; ROLLBACK");
  const committed = () => (db!.pragma("wal_checkpoint(NOOP)") as { log: number }[])[0]!.log;
  expect(reader.hasMore(() => Number.POSITIVE_INFINITY)).toBe(true);
  expect(reader.hasMore(committed)).toBe(false);
  expect(reader.collect()).toBeNull();
  db!.exec("INSERT INTO t VALUES (1)");
  expect(reader.hasMore(committed)).toBe(true);
  expect(reader.collect()).not.toBeNull();
  reader.close();
});
