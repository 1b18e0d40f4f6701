import type { DatabaseReader } from "@heliosdb/engine";
import type { Benchmark } from "../support/benchmark.js";
import { filledDatabase, withReader } from "../support/databases.js";
import { statement, write } from "../support/dataset.js";
import { sideBySide } from "../support/timing.js";

const DEPTH = 50;
const ROWS = 20_000;
const ROUNDS = 5;
const READS = 500;

/** A branch at the end of a long chain of written branches, compared with a child of main. */
export const deepChain: Benchmark = {
  name: "deep-chain",
  async run({ folder }) {
    const { directory, writer } = filledDatabase(folder, "ours", ROWS);
    const create = (name: string, parent: string) => writer.control({ op: "createBranch", request: { name, parent } });
    for (let depth = 1; depth < DEPTH; depth++) {
      create(`d${depth}`, depth === 1 ? "main" : `d${depth - 1}`);
      write(writer, statement(`UPDATE items SET value = -1 WHERE id = ${depth}`, `d${depth}`));
    }
    for (let round = 0; round <= ROUNDS; round++) {
      create(`deep${round}`, `d${DEPTH - 1}`);
      create(`shallow${round}`, "main");
    }
    const read = (reader: DatabaseReader, branch: string) => {
      const request = { branch, sql: "SELECT * FROM items WHERE id = 7" };
      for (let i = 0; i < READS; i++) reader.read({ op: "query", request });
    };
    const reads = await withReader(directory, (reader) =>
      sideBySide(
        9,
        () => read(reader, "deep0"),
        () => read(reader, "shallow0"),
      ),
    );
    const first = (branch: string) => write(writer, statement("UPDATE items SET value = 0 WHERE id = 9", branch));
    const writes = await sideBySide(
      ROUNDS,
      (round) => first(`deep${round}`),
      (round) => first(`shallow${round}`),
    );
    writer.close();
    const against = "of a child of main";
    return [
      {
        what: `row of an unwritten branch ${DEPTH} deep`,
        against,
        unit: "ms",
        ours: reads.ours / READS,
        theirs: reads.theirs / READS,
        target: { most: 1.2 },
      },
      { what: `first write on a branch ${DEPTH} deep`, against, unit: "ms", ...writes, target: { most: 1.2 } },
    ];
  },
};
