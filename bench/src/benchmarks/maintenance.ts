import { setTimeout as sleep } from "node:timers/promises";
import { EngineHost } from "@heliosdb/engine-host";
import type { DatabasePort } from "@heliosdb/port";
import type { Benchmark } from "../support/benchmark.js";
import { execute } from "../support/dataset.js";

const DATABASE = "bench";
const PAUSE_MS = 2;
const MOST_MS = 600_000;
const NEVER_MS = 2_000_000_000;

/**
 * The longest that one insert waits while many written branches are maintained, compared with the same time without
 * that.
 */
export const maintenance: Benchmark = {
  name: "maintenance",
  async run({ quick, folder }) {
    const branches = quick ? 100 : 2_000;
    const seconds = quick ? 2 : 20;
    const maintained = (everyMs: number, seenMs: number) =>
      withDatabase(folder, everyMs, (db) => longestInsert(db, seenMs));
    await withDatabase(folder, NEVER_MS, (db) => writtenBranches(db, branches));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      ours.push(await maintained(1_000, seconds * 1000));
      theirs.push(await maintained(NEVER_MS, seconds * 1000));
    }
    return [
      {
        what: `longest insert while ${branches.toLocaleString("en")} written branches are maintained`,
        against: "no maintenance",
        unit: "ms",
        ours: Math.max(...ours),
        theirs: Math.max(...theirs),
        target: null,
      },
    ];
  },
};

async function withDatabase<T>(
  dataDir: string,
  maintenanceEveryMs: number,
  work: (db: DatabasePort) => Promise<T>,
): Promise<T> {
  const settings = { dataDir, defaultDeadlineMs: MOST_MS, maxDeadlineMs: MOST_MS, maxRows: 10_000 };
  const host = await EngineHost.start({ ...settings, maintenanceEveryMs });
  try {
    return await work(host.database(DATABASE));
  } finally {
    await host.close();
  }
}

async function writtenBranches(db: DatabasePort, count: number): Promise<void> {
  await execute(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
  await execute(db, "INSERT INTO t (v) VALUES ('first')");
  for (let i = 0; i < count; i++) {
    const name = `b${i}`;
    await db.createBranch({ name });
    await execute(db, "UPDATE t SET v = 'written' WHERE id = 1", name);
  }
}

/** Milliseconds of the slowest of many inserts, one after another, without the first few. */
async function longestInsert(db: DatabasePort, forMs: number): Promise<number> {
  for (let i = 0; i < 10; i++) await execute(db, "INSERT INTO t (v) VALUES ('warm')");
  let longest = 0;
  for (const until = performance.now() + forMs; performance.now() < until; await sleep(PAUSE_MS)) {
    const began = performance.now();
    await execute(db, "INSERT INTO t (v) VALUES ('more')");
    longest = Math.max(longest, performance.now() - began);
  }
  return longest;
}
