import { join } from "node:path";
import type { Benchmark } from "../support/benchmark.js";
import { filledDatabase, headOf, withReader } from "../support/databases.js";
import { fillSql, scatteredUpdate, statement, TABLE, write } from "../support/dataset.js";
import { openRaw } from "../support/raw.js";
import { sideBySide } from "../support/timing.js";

const CHANGED = 1000;
const ROUNDS = 5;

/** The rows that differ between two states, compared with looking up as many rows by key, once for each state. */
export const diff: Benchmark = {
  name: "diff",
  async run({ quick, folder }) {
    const rows = quick ? 100_000 : 1_000_000;
    const { directory, writer } = filledDatabase(folder, "ours", rows);
    const raw = openRaw(join(folder, "raw.db"));
    for (const sql of [TABLE, fillSql(rows)]) raw.exec(sql);
    const lookup = raw.prepare("SELECT * FROM items WHERE id = ?");
    const step = rows / CHANGED;
    const figures = await withReader(directory, (reader) => {
      const states = [headOf(reader)];
      // A separate pair of states for each round, since differences are cached.
      for (let round = 0; round <= ROUNDS; round++) {
        write(writer, statement(scatteredUpdate(1 + round, step, rows)));
        states.push(headOf(reader));
      }
      const at = (i: number) => ({ branch: "main", at: { kind: "scn", scn: states[i]! } }) as const;
      return sideBySide(
        ROUNDS,
        (round) => {
          const request = { from: at(round), to: at(round + 1), limit: CHANGED };
          const page = reader.read({ op: "diff", request });
          if (page.rows.length !== CHANGED) throw new Error(`the diff has ${page.rows.length} rows`);
        },
        (round) => {
          for (let state = 0; state < 2; state++) {
            for (let i = 0; i < CHANGED; i++) lookup.get(1 + round + i * step);
          }
        },
      );
    });
    writer.close();
    raw.close();
    return [
      {
        what: `diff of ${CHANGED} changed rows of ${rows.toLocaleString("en")}`,
        against: `${2 * CHANGED} look-ups by better-sqlite3`,
        unit: "ms",
        ...figures,
        target: null,
      },
    ];
  },
};
