import { join } from "node:path";
import type { Benchmark } from "../support/benchmark.js";
import { execute, fillSql, scatteredUpdate, TABLE } from "../support/dataset.js";
import { withHost } from "../support/host.js";
import { openRaw } from "../support/raw.js";
import { sideBySide } from "../support/timing.js";

/** A merge with as many rows changed on each side as a raw scattered UPDATE changes. */
export const merge: Benchmark = {
  name: "merge",
  async run({ quick, folder }) {
    const rows = quick ? 100_000 : 1_000_000;
    const rounds = 5;
    const raw = openRaw(join(folder, "raw.db"));
    for (const sql of [TABLE, fillSql(rows)]) raw.exec(sql);
    const figures = await withHost(folder, async (host) => {
      const db = host.database("bench");
      await execute(db, TABLE);
      await execute(db, fillSql(rows));
      // Every round has its own branch, changed on both sides beforehand.
      for (let round = 0; round <= rounds; round++) {
        await db.createBranch({ name: `b${round}` });
        await execute(db, scatteredUpdate(10 + round, 100, rows), `b${round}`);
        await execute(db, scatteredUpdate(50 + round, 100, rows));
      }
      return sideBySide(
        rounds,
        async (round) => {
          const merged = await db.merge({
            source: `b${round}`,
            target: "main",
            strategy: "abort",
            author: "bench",
            deadlineMs: 600_000,
          });
          if (merged.merged !== rows / 100) throw new Error(`the merge applied ${merged.merged} rows`);
        },
        (round) => raw.exec(scatteredUpdate(20 + round, 100, rows)),
      );
    });
    raw.close();
    const changed = (rows / 100).toLocaleString("en");
    return [
      {
        what: `merge, ${changed} rows changed on each side of ${rows.toLocaleString("en")}`,
        against: "raw scattered UPDATE of as many",
        unit: "ms",
        ...figures,
        target: { most: 2 },
      },
    ];
  },
};
