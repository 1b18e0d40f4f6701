import { loadProblem } from "../http/load.js";
import type { RunningServer } from "../http/server-process.js";
import { startHelios, startRqlite } from "../http/servers.js";
import type { Benchmark } from "../support/benchmark.js";
import { loadInTurn, type Target } from "../support/http-rounds.js";

const TABLE = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)";
const FILL = `INSERT INTO users SELECT value, 'user ' || value, 'user' || value || '@example.com' FROM (
  WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 10000) SELECT value FROM n)`;
const POINT = "SELECT id, name, email FROM users WHERE id = ?";
const INSERT = "INSERT INTO users (name, email) VALUES (?, ?)";

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
        const read = (server: RunningServer): Target => ({ server, path: "/db/query?level=none", bodies: keys() });
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

function keys(): string[] {
  return Array.from({ length: 1000 }, (_, i) => JSON.stringify([[POINT, 1 + ((i * 7919) % 10_000)]]));
}
