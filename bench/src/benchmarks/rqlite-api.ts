import { loadProblem } from "../http/load.js";
import type { RunningServer } from "../http/server-process.js";
import { startHelios, startRqlite } from "../http/servers.js";
import type { Benchmark } from "../support/benchmark.js";
import { loadInTurn, type Target } from "../support/http-rounds.js";
import { FILL, INSERT, keyBodies, POINT, TABLE } from "../support/users-table.js";

/** The same requests of rqlite's API to this server and to rqlite: what a client gains or loses by moving. */
export const rqliteApi: Benchmark = {
  name: "rqlite-api",
  problem: loadProblem,
  async run({ quick, folder }) {
    const what = (kind: string) => `${kind} through rqlite's API, 32 connections`;
    const against = "rqlite, one node";
    const helios = await startHelios(`${folder}/helios`);
    try {
      const rqlite = await startRqlite(folder).catch((error: Error) => error);
      if (rqlite instanceof Error) return [{ what: what("requests"), skipped: rqlite.message }];
      try {
        for (const server of [helios, rqlite]) await server.post("/db/execute", [TABLE, FILL]);
        const read = (server: RunningServer): Target => ({
          server,
          path: "/db/query?level=none",
          bodies: keyBodies((id) => [[POINT, id]]),
        });
        const write = (server: RunningServer): Target => ({
          server,
          path: "/db/execute",
          bodies: [JSON.stringify([[INSERT, "a user", "user@example.com"]])],
        });
        const reads = await loadInTurn(read(helios), read(rqlite), quick);
        const writes = await loadInTurn(write(helios), write(rqlite), quick);
        return [
          { what: what("point query"), against, unit: "/s", ...reads, target: null },
          { what: what("durable one-row INSERT"), against, unit: "/s", ...writes, target: null },
        ];
      } finally {
        await rqlite.stop();
      }
    } finally {
      await helios.stop();
    }
  },
};
