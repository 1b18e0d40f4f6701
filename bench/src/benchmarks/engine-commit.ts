import { join } from "node:path";
import { openWriter } from "@heliosdb/engine";
import type { Benchmark } from "../support/benchmark.js";
import { statement, TABLE, write } from "../support/dataset.js";
import { openRaw } from "../support/raw.js";
import { sideBySide } from "../support/timing.js";

/** One caller, one row, one durable commit. */
export const engineCommit: Benchmark = {
  name: "engine-commit",
  async run({ quick, folder }) {
    const writer = openWriter({ directory: join(folder, "engine") });
    const raw = openRaw(join(folder, "raw.db"));
    write(writer, statement(TABLE));
    raw.exec(TABLE);
    const sql = "INSERT INTO items (name, value, category) VALUES (?, ?, ?)";
    const insert = raw.prepare(sql);
    const params = ["an item", 1.5, 7n];
    const commits = quick ? 50 : 300;
    let request = 0;
    const figures = await sideBySide(
      7,
      () => {
        for (let i = 0; i < commits; i++) {
          const requestId = `request-${++request}`;
          write(writer, {
            op: "execute",
            request: { branch: "main", author: "bench", statements: [{ sql, params }], requestId },
          });
        }
      },
      () => {
        for (let i = 0; i < commits; i++) insert.run("an item", 1.5, 7);
      },
    );
    writer.close();
    raw.close();
    return [
      {
        what: "durable one-row commit, one caller",
        against: "raw better-sqlite3, WAL, FULL",
        unit: "ms",
        ours: figures.ours / commits,
        theirs: figures.theirs / commits,
        target: { most: 1.3 },
      },
    ];
  },
};
