import { join } from "node:path";
import type { Benchmark } from "../support/benchmark.js";
import { filledDatabase, headOf, withReader } from "../support/databases.js";
import { fillSql, scatteredUpdate, statement, TABLE, write } from "../support/dataset.js";
import { openRaw } from "../support/raw.js";
import { sideBySide } from "../support/timing.js";

const STEP = 100;
const ROUNDS = 5;

/** A restore of as many rows as a raw scattered UPDATE changes. */
export const restore: Benchmark = {
  name: "restore",
  async run({ quick, folder }) {
    const rows = quick ? 100_000 : 1_000_000;
    const { directory, writer } = filledDatabase(folder, "ours", rows);
    const raw = openRaw(join(folder, "raw.db"));
    for (const sql of [TABLE, fillSql(rows)]) raw.exec(sql);
    const [scn, states] = await withReader(directory, (reader) => {
      const before = headOf(reader);
      const found: number[] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        write(writer, statement(scatteredUpdate(1 + round, STEP, rows)));
        found.push(headOf(reader));
      }
      return [before, found] as const;
    });
    const figures = await sideBySide(
      ROUNDS,
      (round) => {
        // From the newest change backwards, each restore undoes one of them.
        const last = ROUNDS - round;
        const at = { kind: "scn", scn: last === 0 ? scn : states[last - 1]! } as const;
        const { tables } = writer.control({ op: "restore", request: { branch: "main", at, author: "bench" } });
        const changed = tables.reduce((sum, table) => sum + table.updated, 0);
        if (changed !== rows / STEP) throw new Error(`the restore changed ${changed} rows`);
      },
      (round) => raw.exec(scatteredUpdate(1 + round, STEP, rows)),
    );
    writer.close();
    raw.close();
    return [
      {
        what: `restore of ${(rows / STEP).toLocaleString("en")} changed rows of ${rows.toLocaleString("en")}`,
        against: "raw scattered UPDATE of as many",
        unit: "ms",
        ...figures,
        target: { most: 3 },
      },
    ];
  },
};
