import { join } from "node:path";
import { openWriter } from "@heliosdb/engine";
import type { Benchmark } from "../support/benchmark.js";
import { fillSql, scatteredUpdate, statement, TABLE, write } from "../support/dataset.js";
import { openRaw } from "../support/raw.js";
import { sideBySide } from "../support/timing.js";

/** One row in a hundred changed, by key, in one statement. */
export const bulkUpdate: Benchmark = {
  name: "bulk-update",
  async run({ quick, folder }) {
    const rows = quick ? 100_000 : 1_000_000;
    const writer = openWriter({ directory: join(folder, "engine") });
    const raw = openRaw(join(folder, "raw.db"));
    for (const sql of [TABLE, fillSql(rows)]) {
      write(writer, statement(sql));
      raw.exec(sql);
    }
    const figures = await sideBySide(
      7,
      (round) => write(writer, statement(scatteredUpdate(1 + round, 100, rows))),
      (round) => raw.exec(scatteredUpdate(1 + round, 100, rows)),
    );
    writer.close();
    raw.close();
    const changed = (rows / 100).toLocaleString("en");
    return [
      {
        what: `UPDATE of ${changed} scattered rows in ${rows.toLocaleString("en")}`,
        against: "raw better-sqlite3",
        unit: "ms",
        ...figures,
        target: { most: 1.7 },
      },
    ];
  },
};
