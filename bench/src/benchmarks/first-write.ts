import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "../support/benchmark.js";
import { execute, fillSql, TABLE } from "../support/dataset.js";
import { withHost } from "../support/host.js";
import { sideBySide } from "../support/timing.js";

/**
 * The first write on a branch, which clones its parent's file, compared with `cp` of that file and the sync it needs.
 */
export const firstWrite: Benchmark = {
  name: "first-write",
  async run({ quick, folder }) {
    const rows = quick ? 100_000 : 1_000_000;
    return withHost(folder, async (host) => {
      const db = host.database("bench");
      await execute(db, TABLE);
      await execute(db, fillSql(rows));
      const branches = join(folder, "databases/bench/branches");
      const main = join(branches, readdirSync(branches).find((name) => name.endsWith(".db"))!);
      const rounds = 5;
      for (let round = 0; round <= rounds; round++) await db.createBranch({ name: `b${round}` });
      const copy = join(folder, "copy.db");
      const figures = await sideBySide(
        rounds,
        (round) => execute(db, "UPDATE items SET value = 0 WHERE id = 1", `b${round}`),
        () => {
          execFileSync("cp", ["--reflink=auto", main, copy]);
          execFileSync("sync", [copy]);
        },
      );
      const megabytes = Math.round(statSync(main).size / 1e6);
      return [
        {
          what: `first write on a branch of ${megabytes} MB`,
          against: "cp --reflink=auto and sync",
          unit: "ms",
          ...figures,
          target: { most: 1.2 },
        },
      ];
    });
  },
};
