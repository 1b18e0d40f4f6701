import { join } from "node:path";
import { openWriter } from "@heliosdb/engine";
import type { Benchmark } from "../support/benchmark.js";
import { fillSql, statement, TABLE, write } from "../support/dataset.js";
import { sideBySide } from "../support/timing.js";

/** Creating a branch copies nothing: the size of its parent must not matter. */
export const branchCreate: Benchmark = {
  name: "branch-create",
  async run({ quick, folder }) {
    const sizes = quick ? [1_000, 100_000] : [10_000, 3_000_000];
    const [small, large] = sizes.map((rows) => {
      const writer = openWriter({ directory: join(folder, String(rows)) });
      for (const sql of [TABLE, fillSql(rows)]) write(writer, statement(sql));
      return writer;
    });
    const branches = quick ? 5 : 20;
    let made = 0;
    const create = (writer: typeof small) => {
      for (let i = 0; i < branches; i++) writer!.control({ op: "createBranch", request: { name: `b${++made}` } });
    };
    const figures = await sideBySide(
      5,
      () => create(large),
      () => create(small),
    );
    small!.close();
    large!.close();
    const [few, many] = sizes.map((rows) => rows.toLocaleString("en"));
    return [
      {
        what: `branch creation from ${many} rows`,
        against: `from ${few} rows`,
        unit: "ms",
        ours: figures.ours / branches,
        theirs: figures.theirs / branches,
        target: { most: 1.2 },
      },
    ];
  },
};
