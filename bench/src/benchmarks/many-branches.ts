import type { DatabaseWriter } from "@heliosdb/engine";
import type { Benchmark } from "../support/benchmark.js";
import { filledDatabase } from "../support/databases.js";
import { sideBySide } from "../support/timing.js";

const ROWS = 1000;
const AT_A_TIME = 10;

/** Creating a branch when there are many already. */
export const manyBranches: Benchmark = {
  name: "many-branches",
  async run({ quick, folder }) {
    const many = quick ? 100 : 1000;
    const crowded = filledDatabase(folder, "crowded", ROWS).writer;
    const empty = filledDatabase(folder, "empty", ROWS).writer;
    let made = 0;
    const create = (writer: DatabaseWriter, count: number) =>
      Array.from({ length: count }, () => writer.control({ op: "createBranch", request: { name: `b${made++}` } }).id);
    create(crowded, many);
    const figures = await sideBySide(
      5,
      () => create(crowded, AT_A_TIME),
      () => create(empty, AT_A_TIME),
    );
    crowded.close();
    empty.close();
    return [
      {
        what: `branch creation beside ${many.toLocaleString("en")} branches`,
        against: "beside a few",
        unit: "ms",
        ours: figures.ours / AT_A_TIME,
        theirs: figures.theirs / AT_A_TIME,
        target: { most: 2 },
      },
    ];
  },
};
