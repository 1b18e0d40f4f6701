import { LogEnd, type Operations } from "@heliosdb/journal";
import { Bases, Connections } from "@heliosdb/store";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { PROGRAMS } from "../../../store/test/support/postgres.js";
import { TestStore } from "../../../store/test/support/test-store.js";
import { compactSome } from "../../src/compact/compact-some.js";
import { allPages, bytesAt, made, moved, pages, removed } from "../support/bytes.js";
import { AT_ONCE, Logged, wrongInTables } from "../support/logged.js";

const [A, B] = ["branches/b1.db", "branches/b2.db"];
/** Pages of 4 KiB in a chunk. */
const CHUNK = 64;

describe.skipIf(PROGRAMS === null)("compaction", () => {
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
  const blobs = (log: Logged) =>
    count(
      `helios.blob WHERE id IN (SELECT c.blob FROM helios.base_chunk c JOIN helios.base_file f ON f.id = c.file
       WHERE f.cell = $1 AND f.stream = $2)`,
      log,
    );
  const entries = (log: Logged) => count("helios.entry WHERE cell = $1 AND stream = $2", log);

  /** The base must be right after each of these entries. */
  async function compactEach(log: Logged, ...all: Operations[]): Promise<void> {
    for (const operations of all) {
      await log.append(...operations);
      await log.compact();
      expect(await log.wrongInNew()).toEqual([]);
    }
  }

  it("lets copied files share their blobs until one of them is written", async () => {
    const log = await Logged.begin(store);
    await compactEach(log, [made(A), allPages(A, 4 * CHUNK)]);
    expect(await blobs(log)).toBe(4);
    await compactEach(log, [moved("copied", A, B)]);
    expect(await blobs(log)).toBe(4);
    await compactEach(log, [pages(B, 4 * CHUNK, [1])], [pages(A, 4 * CHUNK, [CHUNK + 1])]);
    expect(await blobs(log)).toBe(6);
    // Written before and after it is copied, in one entry.
    await compactEach(log, [pages(A, 4 * CHUNK, [2]), moved("copied", A, B), pages(A, 4 * CHUNK, [3])]);
    expect(await blobs(log)).toBe(5);
    await compactEach(log, [removed(A)], [moved("renamed", B, A)], [removed(A)]);
    expect(await blobs(log)).toBe(0);
  });

  it("leaves zeroes where a file was cut and has grown again", async () => {
    const log = await Logged.begin(store);
    await compactEach(
      log,
      [made(A), allPages(A, 3 * CHUNK), moved("copied", A, B)],
      [pages(A, CHUNK + 2, [1]), pages(A, 3 * CHUNK, [3 * CHUNK])],
      [pages(B, CHUNK / 2, [])],
      [pages(B, 2 * CHUNK, [2 * CHUNK])],
      [pages(B, 0, []), pages(B, 2, [2])],
      [bytesAt(A, 3 * CHUNK * 4096 + 100_000, 10)],
      [made(A), bytesAt(A, 10, 5)],
    );
    // The same in one transaction.
    await log.append(made(A), allPages(A, 3 * CHUNK), pages(A, 2 * CHUNK - 1, [2]));
    await log.append(pages(A, 3 * CHUNK, []), moved("copied", A, B), pages(B, 3 * CHUNK, [2 * CHUNK]));
    await log.compact();
    expect(await log.wrongInNew()).toEqual([]);
    // With what memory can't hold.
    await log.append(made(A), pages(A, 3 * CHUNK, [2 * CHUNK + 1]), pages(A, 0, []));
    await log.append(pages(A, 3 * CHUNK, []), pages(A, 3 * CHUNK, [2 * CHUNK + 2]));
    await log.compact(log.seq, { cacheBytes: 0 });
    expect(await log.wrongInNew()).toEqual([]);
  });

  it("replaces a file to whose name another one is renamed or copied", async () => {
    const log = await Logged.begin(store);
    const both = [made(A), allPages(A, 2), made(B), allPages(B, CHUNK + 1)];
    await compactEach(log, both, [moved("renamed", A, B)], both, [moved("copied", B, A)]);
    expect(await blobs(log)).toBe(2);
    await compactEach(log, [made(B)], [moved("renamed", A, B), made(A), pages(A, 1, [1])]);
    expect(await blobs(log)).toBe(3);
  });

  it("keeps the newest entries out of the base, and no others", async () => {
    const log = await Logged.begin(store);
    await log.append(made(A));
    for (let i = 1; i <= 20; i++) await log.append(pages(A, 20, [i]));
    expect([await log.compact(5, { keepBytes: 1e9 }), await entries(log)]).toEqual([0, 21]);
    const bytes = async () => {
      const [row] = await store.primary.run(
        "SELECT s.bytes - coalesce(b.folded, 0) AS n FROM helios.stream s LEFT JOIN helios.base b ON b.stream = s.name WHERE s.name = $1",
        [log.name],
      );
      return Number(row!.n);
    };
    const all = await bytes();
    const kept = Math.floor(all / 3);
    // In several transactions: each leaves what is to be kept.
    const seq = await log.compact(21, { keepBytes: kept, batchBytes: 1 });
    expect(await entries(log)).toBe(21 - seq);
    expect(await bytes()).toBeGreaterThanOrEqual(kept);
    // One more would leave less.
    const [next] = await store.primary.run(
      "SELECT sum(octet_length(body)) AS n FROM helios.entry WHERE stream = $1 AND seq = $2",
      [log.name, seq + 1],
    );
    expect((await bytes()) - Number(next!.n)).toBeLessThan(kept);
    expect(await log.compact(21, { keepBytes: kept })).toBe(seq);
    expect([await log.compact(18), await entries(log)]).toEqual([18, 3]);
    await log.compact();
    expect(await entries(log)).toBe(0);
    expect(await log.wrongInNew()).toEqual([]);
  });

  it("folds as much as it may in one transaction, and keeps in the store what memory can't hold", async () => {
    const log = await Logged.begin(store);
    await log.append(made(A));
    for (let i = 0; i < 6; i++) await log.append(allPages(A, CHUNK));
    const before = Number((await store.primary.run("SELECT last_value FROM helios.blob_id_seq"))[0]!.last_value);
    const move = (limits: Partial<typeof AT_ONCE>) =>
      log.bases.move(log.name, (base) => compactSome(base, log.seq, { ...AT_ONCE, ...limits }));
    expect(await move({ batchBytes: 1 })).toBe(1);
    expect(await move({ batchBytes: 1_000, readBytes: 1 })).toBe(2);
    expect(await move({ cacheBytes: 300_000, readBytes: 1 })).toBe(7);
    // Each chunk was stored once in each transaction.
    expect(await store.primary.run("SELECT last_value FROM helios.blob_id_seq")).toEqual([
      { last_value: String(before + 2) },
    ]);
    for (let i = 1; i <= 20; i++) await log.append(pages(A, CHUNK, [i, i + 1]));
    const timesSetAside = await log.bases.move(log.name, async (base) => {
      const spy = vi.spyOn(base, "setAside");
      await compactSome(base, log.seq, { ...AT_ONCE, cacheBytes: 20_000 });
      return spy.mock.calls.length;
    });
    expect(timesSetAside).toBeGreaterThan(2);
    expect(await log.wrongInNew()).toEqual([]);
  });

  it("refuses an entry that does not continue the log, or that changes what is not there", async () => {
    const log = await Logged.begin(store);
    await log.append(made(A), allPages(A, 1));
    await log.append(pages(A, 1, [1]));
    const change = (sql: string) => store.primary.run(sql, [log.cellName, log.name]);
    await change("UPDATE helios.entry SET seq = 7 WHERE cell = $1 AND stream = $2 AND seq = 2");
    await expect(log.compact(2)).rejects.toThrow("entry 2 is missing");
    await change("UPDATE helios.entry SET seq = 2 WHERE cell = $1 AND stream = $2 AND seq = 7");
    await log.compact(1);
    await change("UPDATE helios.base SET digest = 'another' WHERE cell = $1 AND stream = $2");
    await expect(log.compact(2)).rejects.toThrow("does not continue the log after 1");
    await log.stream.drop();

    const other = await Logged.begin(store);
    const end = new LogEnd();
    const parts = [...end.next([pages(A, 1, [1])])];
    await other.stream.append({ parts, digest: end.digest, made: [], gone: [] });
    const moved = other.bases.move(other.name, (base) => compactSome(base, 1, AT_ONCE));
    await expect(moved).rejects.toThrow("changes branches/b1.db, which is not there");
  });

  it("is left as it was, or done, wherever its connection ends", async () => {
    const log = await Logged.begin(store);
    await log.append(made(A), allPages(A, 2 * CHUNK), made(B));
    await log.compact();
    await log.append(pages(A, CHUNK + 1, [1, 2]), moved("copied", A, B), pages(B, CHUNK, [2]));
    await log.append(moved("renamed", B, "branches/b3.db"), made(B), bytesAt(B, 0, 300_000), removed(A));
    await log.append(pages(B, 1, [1]));
    let [at, left] = [0, 0];
    class Ending extends Connections {
      override async take() {
        const connection = await super.take();
        const { client } = connection;
        const query = client.query.bind(client) as (...all: unknown[]) => unknown;
        client.query = ((...all: unknown[]) => {
          const answer = query(...all);
          if (left-- === 0) void client.end();
          return answer;
        }) as typeof client.query;
        return connection;
      }
    }
    const connections = new Ending(store.urls);
    onTestFinished(() => connections.close());
    for (let isDone = false; !isDone; at++) {
      left = at;
      isDone = await log.compact(log.seq, { cacheBytes: 100_000 }, new Bases(connections, log.cellName)).then(
        () => true,
        () => false,
      );
      expect([at, await wrongInTables(store)]).toEqual([at, {}]);
      expect([at, await log.wrongInNew()]).toEqual([at, []]);
    }
    expect(at).toBeGreaterThan(20);
    expect(await entries(log)).toBe(0);
  });
});
