import { loadProblem } from "../http/load.js";
import { startHelios } from "../http/servers.js";
import type { Benchmark } from "../support/benchmark.js";
import { loadInTurn } from "../support/http-rounds.js";
import { FILL, INSERT, keyBodies, POINT, TABLE } from "../support/users-table.js";

const EXECUTE = "/v1/branches/main/execute";
const PIPELINE = "/hrana/main/v2/pipeline";

const integer = (value: number) => ({ type: "integer", value: String(value) });
const text = (value: string) => ({ type: "text", value });

/** What @libsql/client sends for one statement. */
function pipeline(sql: string, args: readonly object[]): object {
  return { baton: null, requests: [{ type: "execute", stmt: { sql, args, want_rows: true } }, { type: "close" }] };
}

/** libSQL's protocol, compared with the same statements on `/v1` of the same server. */
export const httpLibsql: Benchmark = {
  name: "http-libsql",
  problem: loadProblem,
  async run({ quick, folder }) {
    const server = await startHelios(`${folder}/helios`);
    try {
      await server.post(EXECUTE, { sql: TABLE });
      await server.post(EXECUTE, { sql: FILL });
      const points = await loadInTurn(
        { server, path: PIPELINE, bodies: keyBodies((id) => pipeline(POINT, [integer(id)])) },
        { server, path: "/v1/branches/main/query", bodies: keyBodies((id) => ({ sql: POINT, params: [id] })) },
        quick,
      );
      const values = ["a user", "user@example.com"];
      const inserts = await loadInTurn(
        { server, path: PIPELINE, bodies: [JSON.stringify(pipeline(INSERT, values.map(text)))] },
        { server, path: EXECUTE, bodies: [JSON.stringify({ sql: INSERT, params: values })] },
        quick,
      );
      return [
        { what: "libSQL point query, 32 connections", against: "/v1", unit: "/s", ...points, target: null },
        { what: "libSQL durable INSERT, 32 connections", against: "/v1", unit: "/s", ...inserts, target: null },
      ];
    } finally {
      await server.stop();
    }
  },
};
