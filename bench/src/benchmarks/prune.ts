import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openWriter } from "@heliosdb/engine";
import type { Benchmark } from "../support/benchmark.js";
import { filledDatabase } from "../support/databases.js";
import { statement, write } from "../support/dataset.js";
import { openRaw } from "../support/raw.js";
import { ReaderLoad } from "../support/reader-load.js";
import { time } from "../support/timing.js";

const DAY = 86_400_000;
const BUDGET_MS = 30;
const COMMITS = 10;

/** Removing half of a long history in small steps, as a server does it, during reads. */
export const prune: Benchmark = {
  name: "prune",
  async run({ quick, folder }) {
    const rows = quick ? 50_000 : 500_000;
    const { directory, writer } = filledDatabase(folder, "ours", rows);
    const update = (to: typeof writer) => {
      for (let i = 0; i < COMMITS; i++)
        write(to, statement(`UPDATE items SET value = -value WHERE id % ${COMMITS} = ${i}`));
    };
    update(writer);
    writer.close();
    const later = openWriter({ directory, clockOffsetMs: 40 * DAY });
    update(later);
    later.close();

    const clockOffsetMs = 41 * DAY;
    const pruning = openWriter({ directory, clockOffsetMs });
    const load = new ReaderLoad({ directory, clockOffsetMs, rows });
    await sleep(500);
    await load.report();
    await sleep(1000);
    const idle = await load.report();
    const turns: number[] = [];
    for (let more = true; more; ) {
      turns.push(
        await time(() => {
          more = pruning.maintain(BUDGET_MS).more;
        }),
      );
      await sleep(20);
    }
    const during = await load.report("end");
    pruning.close();
    const theirs = await rawDelete(join(folder, "raw.db"), rows);
    const entries = rows.toLocaleString("en");
    const what = `removing ${entries} of ${(2 * rows).toLocaleString("en")} log entries`;
    const worst = (figures: readonly number[]) =>
      [...figures].sort((a, b) => a - b)[Math.floor(figures.length * 0.99)]!;
    return [
      {
        what,
        against: "one raw DELETE of as many rows",
        unit: "ms",
        ours: turns.reduce((sum, each) => sum + each, 0),
        theirs,
        target: { most: 3 },
      },
      {
        what: "its longest turn",
        against: "what a turn may take",
        unit: "ms",
        ours: Math.max(...turns),
        theirs: BUDGET_MS,
        target: null,
      },
      {
        what: "99th percentile of a read during it",
        against: "of a read before it",
        unit: "ms",
        ours: worst(during),
        theirs: worst(idle),
        target: null,
      },
    ];
  },
};

async function rawDelete(path: string, rows: number): Promise<number> {
  const raw = openRaw(path);
  raw.exec(`CREATE TABLE log (scn INTEGER, id INTEGER, value REAL, PRIMARY KEY (scn, id)) WITHOUT ROWID;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${2 * rows - 1})
    INSERT INTO log SELECT i / ${rows / COMMITS}, i, 1.5 FROM n`);
  raw.pragma("wal_checkpoint(TRUNCATE)");
  const took = await time(() => raw.exec(`DELETE FROM log WHERE scn < ${COMMITS}`));
  raw.close();
  return took;
}
