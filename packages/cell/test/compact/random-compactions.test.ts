import { rmSync } from "node:fs";
import type { Operation } from "@heliosdb/journal";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAMS } from "../../../store/test/support/postgres.js";
import { TestStore } from "../../../store/test/support/test-store.js";
import { bytesAt, made, moved, pages, removed } from "../support/bytes.js";
import { Logged, wrongInTables } from "../support/logged.js";

const RUNS = 25 * Number(process.env.SOAK_TIMES ?? 1);
const NAMES = ["meta.db", "branches/b1.db", "branches/b2.db", "snapshots/s1.db", "branches/b3.db.unfinished"];
/** More than two chunks. */
const MOST_BYTES = 700_000;

const name = fc.constantFrom(...NAMES);
const place = fc.oneof(fc.nat(MOST_BYTES), fc.constantFrom(0, 262_144, 524_288), fc.nat(5000));
const operation = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("made" as const), file: name }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("bytes" as const), file: name, offset: place, length: fc.nat(20_000) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("pages" as const),
      file: name,
      pageSize: fc.constantFrom(512, 4096, 65_536),
      size: place,
      some: fc.uniqueArray(fc.nat(), { maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("copied" as const, "renamed" as const), from: name, file: name }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("removed" as const), file: name }) },
);
type RandomOperation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const limits = fc.record({
  cacheBytes: fc.constantFrom(0, 30_000, 1_000_000),
  batchBytes: fc.constantFrom(1, 50_000, 10_000_000),
  readBytes: fc.constantFrom(1, 10_000_000),
  keepBytes: fc.constantFrom(0, 20_000, 10_000_000),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ entry: fc.array(operation, { minLength: 1, maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ compact: limits, part: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  { weight: 1, arbitrary: fc.constant({ follow: true as const }) },
);

/** What an operation is, where there are these files; null where it makes no sense. */
function carriedOut(random: RandomOperation, files: Set<string>): Operation | null {
  const { file } = random;
  if (random.do === "made") {
    files.add(file);
    return made(file);
  }
  if ("from" in random) {
    if (!files.has(random.from) || random.from === file) return null;
    files.add(file);
    if (random.do === "renamed") files.delete(random.from);
    return moved(random.do, random.from, file);
  }
  if (!files.has(file)) return null;
  if (random.do === "bytes") return bytesAt(file, random.offset, random.length);
  if (random.do === "removed") {
    files.delete(file);
    return removed(file);
  }
  const size = Math.ceil(random.size / random.pageSize);
  const numbers = size === 0 ? [] : [...new Set(random.some.map((each) => 1 + (each % size)))];
  return pages(file, size, numbers, random.pageSize);
}

describe.skipIf(PROGRAMS === null)("a folder made from a base and the entries after it", () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await TestStore.start();
  });
  afterAll(() => store?.stop());

  it("is the one made from all entries, whatever was compacted when", { timeout: 7_200_000 }, async () => {
    let moves = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const log = await Logged.begin(store);
        const follower = log.follower();
        const files = new Set<string>();
        let base = 0;
        for (const each of steps) {
          if ("entry" in each) {
            const operations = each.entry.map((random) => carriedOut(random, files)).filter((one) => one !== null);
            if (operations.length > 0) await log.append(...operations);
          } else if ("follow" in each) {
            expect(await follower.follow()).toBe(true);
            expect(log.wrongIn(follower.folder)).toEqual([]);
          } else if (log.seq > base) {
            const last = base + Math.ceil((log.seq - base) * each.part);
            base = Math.max(base, await log.compact(last, each.compact));
            moves++;
          }
        }
        expect(await log.wrongInNew()).toEqual([]);
        expect(await follower.follow()).toBe(true);
        expect(log.wrongIn(follower.folder)).toEqual([]);
        expect(await wrongInTables(store)).toEqual({});
        await log.stream.drop();
        await log.connections.close();
        for (const folder of [log.original, follower.folder]) rmSync(folder, { recursive: true });
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(moves).toBeGreaterThan(RUNS);
    const [row] = await store.primary.run(
      "SELECT (SELECT count(*)::int FROM helios.blob) AS blobs, (SELECT count(*)::int FROM helios.base) AS bases",
    );
    expect(row).toEqual({ blobs: 0, bases: 0 });
  });
});
