import { join } from "node:path";
import { openReader, openWriter } from "@heliosdb/engine";
import type { Value } from "@heliosdb/port";
import type { Benchmark, Row } from "../support/benchmark.js";
import { fillSql, statement, TABLE, write } from "../support/dataset.js";
import { openRaw } from "../support/raw.js";
import { sideBySide } from "../support/timing.js";

interface Read {
  readonly what: string;
  readonly sql: string;
  readonly times: number;
  readonly keys: (i: number) => readonly number[];
  readonly target: Row["target"];
}

/** Reads of the current state in the engine, compared with the same in SQLite with the statement prepared once. */
export const readNow: Benchmark = {
  name: "read-now",
  async run({ quick, folder }) {
    const rows = quick ? 100_000 : 1_000_000;
    const writer = openWriter({ directory: join(folder, "engine") });
    const raw = openRaw(join(folder, "raw.db"));
    for (const sql of [TABLE, fillSql(rows)]) {
      write(writer, statement(sql));
      raw.exec(sql);
    }
    const reader = openReader({ directory: join(folder, "engine") });
    const key = (i: number) => 1 + ((i * 7919) % (rows - 1000));
    const reads: Read[] = [
      {
        what: "point lookup",
        sql: "SELECT * FROM items WHERE id = ?",
        times: 5000,
        keys: (i) => [key(i)],
        target: null,
      },
      {
        what: "range of 1,000 rows",
        sql: "SELECT * FROM items WHERE id >= ? AND id < ? + 1000",
        times: 100,
        keys: (i) => [key(i), key(i)],
        target: null,
      },
      {
        what: "full scan",
        sql: "SELECT category, sum(value), max(length(name)) FROM items GROUP BY category",
        times: 1,
        keys: () => [],
        target: { most: 1.02 },
      },
    ];
    const results: Row[] = [];
    for (const { what, sql, times, keys, target } of reads) {
      const prepared = raw.prepare(sql).raw();
      const figures = await sideBySide(
        9,
        () => {
          for (let i = 0; i < times; i++) {
            const params: Value[] = keys(i).map(BigInt);
            reader.read({ op: "query", request: { branch: "main", sql, params, maxRows: 10_000 } });
          }
        },
        () => {
          for (let i = 0; i < times; i++) prepared.all(...keys(i));
        },
      );
      const unit = times > 1 ? "µs" : "ms";
      const scale = times > 1 ? 1000 / times : 1;
      results.push({
        what: `${what} at now, in the engine`,
        against: "raw better-sqlite3, prepared once",
        unit,
        ours: figures.ours * scale,
        theirs: figures.theirs * scale,
        target,
      });
    }
    reader.close();
    writer.close();
    raw.close();
    return results;
  },
};
