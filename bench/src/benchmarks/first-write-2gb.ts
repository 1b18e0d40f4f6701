import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatabasePort } from "@heliosdb/port";
import type { Benchmark, Row } from "../support/benchmark.js";
import { execute, TABLE } from "../support/dataset.js";
import { withHost } from "../support/host.js";
import { sideBySide, time } from "../support/timing.js";

const ROWS_AT_A_TIME = 100_000;
const ROUNDS = 3;

/**
 * The first write on a branch of a large database, by the host's real path, compared with the fastest `cp` of the file
 * system; and how long others are kept from the parent. HELIOS_BENCH_DIR selects the file system.
 */
export const firstWrite2Gb: Benchmark = {
  name: "first-write-2gb",
  onDemand: true,
  async run({ quick, folder }) {
    return withHost(folder, async (host) => {
      const db = host.database("bench");
      await execute(db, TABLE);
      for (let from = 1; from < (quick ? 200_000 : 2_000_000); from += ROWS_AT_A_TIME) await execute(db, fill(from));
      const branches = join(folder, "databases/bench/branches");
      const main = join(branches, readdirSync(branches).find((name) => name.endsWith(".db"))!);
      const copy = join(folder, "copy.db");
      const reflink = sharesBlocks(main, copy) ? "always" : "never";
      const size = `${(statSync(main).size / 2 ** 30).toFixed(1)} GB`;
      for (let round = 0; round <= ROUNDS; round++) await db.createBranch({ name: `b${round}` });
      const figures = await sideBySide(
        ROUNDS,
        (round) => execute(db, "UPDATE items SET value = 0 WHERE id = 1", `b${round}`),
        () => {
          execFileSync("cp", [`--reflink=${reflink}`, main, copy]);
          execFileSync("sync", [copy]);
          rmSync(copy);
        },
      );
      const what = `first write on a branch of ${size}`;
      return [
        { what, against: `cp --reflink=${reflink} and sync`, unit: "ms", ...figures, target: { most: MOST[reflink] } },
        ...(await othersMeanwhile(db)),
      ];
    });
  },
};

/** A copy that shares its blocks takes a few milliseconds, and so does the database's own work. */
const MOST = { always: 5, never: 1.2 };

/**
 * The longest that a write to the parent takes while a branch is written for the first time, compared with that first
 * write, which includes the copying; and the longest read, compared with earlier reads.
 */
async function othersMeanwhile(db: DatabasePort): Promise<Row[]> {
  await db.createBranch({ name: "contended" });
  const write = () => execute(db, "UPDATE items SET value = value + 1 WHERE id = 2");
  const read = () => db.query({ branch: "main", sql: "SELECT * FROM items WHERE id = 3" });
  const [, before] = await Promise.all([longest(write, after(1000)), longest(read, after(1000))]);
  let isDone = false;
  const first = time(() => execute(db, "UPDATE items SET value = 0 WHERE id = 1", "contended")).finally(() => {
    isDone = true;
  });
  const [longestWrite, longestRead] = await Promise.all([longest(write, () => isDone), longest(read, () => isDone)]);
  return [
    {
      what: "longest write to its parent meanwhile",
      against: "that first write",
      unit: "ms",
      ours: longestWrite,
      theirs: await first,
      target: { most: 1.2 },
    },
    {
      what: "longest read of its parent meanwhile",
      against: "before it",
      unit: "ms",
      ours: longestRead,
      theirs: before,
      target: null,
    },
  ];
}

async function longest(work: () => Promise<unknown>, isOver: () => boolean): Promise<number> {
  let most = 0;
  while (!isOver()) most = Math.max(most, await time(work));
  return most;
}

function after(ms: number): () => boolean {
  const until = performance.now() + ms;
  return () => performance.now() > until;
}

/** About a kilobyte for each row. */
function fill(from: number): string {
  return `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${from + ROWS_AT_A_TIME - 1})
    INSERT INTO items SELECT i, 'item ' || i, i * 1.5, i % 100, hex(randomblob(480)) FROM n`;
}

function sharesBlocks(from: string, to: string): boolean {
  try {
    execFileSync("cp", ["--reflink=always", from, to], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(to, { force: true });
  }
}
