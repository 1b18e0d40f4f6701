import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { Bases, type BaseTransaction, Connections, Stream } from "@heliosdb/store";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PROGRAMS, until } from "../../../store/test/support/postgres.js";
import { TestStore } from "../../../store/test/support/test-store.js";
import { compactSome } from "../../src/compact/compact-some.js";
import { Compactor } from "../../src/index.js";
import { allPages, made, moved, pages } from "../support/bytes.js";
import { AT_ONCE, Logged, wrongInTables } from "../support/logged.js";

const [A, B] = ["branches/b1.db", "branches/b2.db"];
/** Pages of 4 KiB in a chunk. */
const CHUNK = 64;

describe.skipIf(PROGRAMS === null)("compaction beside others", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterEach(async () => expect(await wrongInTables(store)).toEqual({}));
  afterAll(() => store?.stop());

  async function count(sql: string, log: Logged): Promise<number> {
    const [row] = await store.primary.run(`SELECT count(*)::int AS n FROM ${sql}`, [log.cellName, log.name]);
    return Number(row!.n);
  }
  const entries = (log: Logged) => count("helios.entry WHERE cell = $1 AND stream = $2", log);

  it("is done by one at a time, and no append waits for it", async () => {
    const log = await Logged.begin(store);
    await log.append(made(A), allPages(A, CHUNK));
    let goOn = () => {};
    const held = new Promise<void>((done) => {
      goOn = done;
    });
    let isHeld = false;
    const first = log.bases.move(log.name, async (base) => {
      const seq = await compactSome(base, 1, AT_ONCE);
      isHeld = true;
      await held;
      return seq;
    });
    await until(async () => isHeld);
    const other = new Connections(store.urls);
    onTestFinished(() => other.close());
    expect(await new Bases(other, log.cellName).move(log.name, async () => "moved")).toBeNull();
    await log.append(pages(A, CHUNK, [1]));
    // Nor does whoever makes a folder.
    expect(await log.wrongInNew()).toEqual([]);
    goOn();
    expect(await first).toBe(1);
    expect(await log.compact()).toBe(2);
    expect(await log.wrongInNew()).toEqual([]);
  });

  it("of a log that is dropped is over before, and nothing of it is left for the next one of its name", async () => {
    const log = await Logged.begin(store);
    await log.append(made(A), allPages(A, CHUNK));
    await log.compact();
    await log.append(pages(A, CHUNK, [1]));
    let goOn = () => {};
    const held = new Promise<void>((done) => {
      goOn = done;
    });
    let base: BaseTransaction | null = null;
    const compacted = log.bases.move(log.name, async (begun) => {
      base = begun;
      await held;
      return compactSome(begun, 2, AT_ONCE);
    });
    await until(async () => base !== null);
    let isDropped = false;
    const dropped = log.stream.drop().then(() => {
      isDropped = true;
    });
    await wait(300);
    expect(isDropped).toBe(false);
    goOn();
    expect(await compacted).toBe(2);
    await dropped;
    expect(await count("helios.base_file WHERE cell = $1 AND stream = $2", log)).toBe(0);
    expect(await count("helios.base WHERE cell = $1 AND stream = $2", log)).toBe(0);
    const key = { cell: log.cellName, name: log.name, epoch: 1, writer: randomUUID() };
    const again = await Stream.take(log.connections, key, randomUUID());
    expect([again.seq, await log.cell.base(log.name, async (found) => found)]).toEqual([0, null]);
    await again.drop();
    // One that began before and comes too late.
    expect(await log.bases.move(log.name, async () => "moved")).toBeNull();
  });

  it("goes on beside a writer, two at a time, and ends when it is stopped", async () => {
    const log = await Logged.begin(store);
    await log.append(made(A), allPages(A, 2 * CHUNK));
    const events: string[] = [];
    const limits = {
      lookMs: 1,
      logBytes: 5000,
      partOfBase: 0,
      keepBytes: 20_000,
      cacheBytes: 50_000,
      batchBytes: 20_000,
    };
    const compactors = [1, 2].map(
      () => new Compactor({ urls: store.urls, cell: log.cellName, limits, onEvent: (text) => events.push(text) }),
    );
    const follower = log.follower();
    for (let i = 0; i < 150; i++) {
      if (i % 10 === 0) await log.append(moved("copied", A, B), pages(B, 2 * CHUNK, [5]));
      await log.append(pages(A, 2 * CHUNK, [1 + ((i * 7) % 128), 1 + ((i * 13) % 128)]));
      if (i % 30 === 0) await follower.follow();
    }
    await until(async () => (await entries(log)) < 20);
    for (const compactor of compactors) await compactor.stop();
    expect(await log.wrongInNew()).toEqual([]);
    expect(await follower.follow()).toBe(true);
    expect(log.wrongIn(follower.folder)).toEqual([]);
    expect(events).toEqual([]);
  });

  it("begins when a log is long, also for its base, and says once what fails", async () => {
    const log = await Logged.begin(store);
    await log.append(made(A), allPages(A, CHUNK));
    const { bases } = log;
    const names = async (bytes: number, part = 0, keep = 0) =>
      (await bases.behind(bytes, part, keep)).map(({ name }) => name);
    const [row] = await store.primary.run("SELECT bytes::int FROM helios.stream WHERE name = $1", [log.name]);
    const length = Number(row!.bytes);
    expect([await names(length - 1), await names(length)]).toEqual([[log.name], []]);
    expect([await names(9, 0, length - 10), await names(10, 0, length - 10)]).toEqual([[log.name], []]);
    await log.compact();
    await log.append(pages(A, CHUNK, [1]));
    expect([await names(10), await names(10, 1e-6), await names(10, 0.5)]).toEqual([[log.name], [log.name], []]);

    const change = (sql: string) => store.primary.run(sql, [log.cellName, log.name]);
    await change("UPDATE helios.entry SET seq = 9 WHERE cell = $1 AND stream = $2 AND seq = 2");
    const events: string[] = [];
    const limits = { lookMs: 5, keepBytes: 0, logBytes: 10, partOfBase: 0 };
    const options = { urls: store.urls, cell: log.cellName, limits };
    const compactor = new Compactor({ ...options, onEvent: (text) => events.push(text) });
    onTestFinished(() => compactor.stop());
    await until(async () => events.length > 0);
    await wait(100);
    await change("UPDATE helios.entry SET seq = 2 WHERE cell = $1 AND stream = $2 AND seq = 9");
    await until(async () => events.length > 1);
    expect(events).toEqual([
      `the log of ${log.name} can't be compacted: entry 2 is missing`,
      `the log of ${log.name} can be compacted again`,
    ]);
    await compactor.stop();
  });

  it("is not told as done where no standby has heard of it, and ends at once when it is stopped", async () => {
    const [log, other] = [await Logged.begin(store), await Logged.begin(store)];
    for (const each of [log, other]) await each.append(made(A), allPages(A, 1));
    const release = await store.standby.hold();
    onTestFinished(release);
    const sql = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    const waiting = () => until(async () => (await store.primary.run(sql)).length > 0);
    const failed = expect(log.compact()).rejects.toThrow("did not wait for a standby");
    await waiting();
    await store.primary.run("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    await failed;

    const events: string[] = [];
    const limits = { lookMs: 1, keepBytes: 0, logBytes: 0, partOfBase: 0 };
    const options = { urls: store.urls, cell: other.cellName, limits };
    const compactor = new Compactor({ ...options, onEvent: (text) => events.push(text) });
    await waiting();
    await compactor.stop();
    expect(events).toEqual([]);
    release();
    for (const each of [log, other]) {
      await each.append(pages(A, 1, [1]));
      await each.compact();
      expect(await each.wrongInNew()).toEqual([]);
    }
  });
});
