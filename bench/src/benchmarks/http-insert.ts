import { loadProblem } from "../http/load.js";
import { startHelios, startRqlite } from "../http/servers.js";
import type { Benchmark } from "../support/benchmark.js";
import { loadInTurn } from "../support/http-rounds.js";
import { INSERT, TABLE } from "../support/users-table.js";

const EXECUTE = "/v1/branches/main/execute";

/** One row, one durable commit over HTTP, compared with rqlite, which writes its log durably too. */
export const httpInsert: Benchmark = {
  name: "http-insert",
  problem: loadProblem,
  async run({ quick, folder }) {
    const what = "durable one-row INSERT over HTTP, 32 connections";
    const against = "rqlite, one node";
    const helios = await startHelios(`${folder}/helios`);
    try {
      await helios.post(EXECUTE, { sql: TABLE });
      const rqlite = await startRqlite(folder).catch((error: Error) => error);
      if (rqlite instanceof Error) return [{ what: `${what}, against ${against}`, skipped: rqlite.message }];
      try {
        await rqlite.post("/db/execute", [TABLE]);
        const values = ["a user", "user@example.com"];
        const figures = await loadInTurn(
          { server: helios, path: EXECUTE, bodies: [JSON.stringify({ sql: INSERT, params: values })] },
          { server: rqlite, path: "/db/execute", bodies: [JSON.stringify([[INSERT, ...values]])] },
          quick,
        );
        return [{ what, against, unit: "/s", ...figures, target: { least: 1.5 } }];
      } finally {
        await rqlite.stop();
      }
    } finally {
      await helios.stop();
    }
  },
};
