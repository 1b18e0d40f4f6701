import { loadProblem } from "../http/load.js";
import type { RunningServer } from "../http/server-process.js";
import { startConstant, startHelios, startRqlite } from "../http/servers.js";
import type { Benchmark, Row, Skipped } from "../support/benchmark.js";
import { loadInTurn, type Target } from "../support/http-rounds.js";
import { FILL, keyBodies, POINT, TABLE } from "../support/users-table.js";

const QUERY = "/v1/branches/main/query";
const EXECUTE = "/v1/branches/main/execute";
const WHAT = "point query over HTTP, 32 connections";

/** One row by key over HTTP, compared with the same framework with a constant response, and with rqlite. */
export const httpPoint: Benchmark = {
  name: "http-point",
  problem: loadProblem,
  async run({ quick, folder }) {
    const helios = await startHelios(`${folder}/helios`);
    const results: (Row | Skipped)[] = [];
    try {
      await helios.post(EXECUTE, { sql: TABLE });
      await helios.post(EXECUTE, { sql: FILL });
      const ours: Target = { server: helios, path: QUERY, bodies: keyBodies((id) => ({ sql: POINT, params: [id] })) };
      const sample = await helios.post(QUERY, { sql: POINT, params: [5000] });
      results.push(
        await beside(ours, "a constant JSON body of the same size, bare Nest on Fastify", 0.7, quick, () =>
          constant(sample, ours),
        ),
      );
      results.push(await beside(ours, "rqlite, one node, level=none", 1.3, quick, () => rqlite(folder)));
    } finally {
      await helios.stop();
    }
    return results;
  },
};

async function beside(
  ours: Target,
  against: string,
  least: number,
  quick: boolean,
  start: () => Promise<Target>,
): Promise<Row | Skipped> {
  let theirs: Target;
  try {
    theirs = await start();
  } catch (error) {
    return { what: `${WHAT}, against ${against}`, skipped: (error as Error).message };
  }
  try {
    return { what: WHAT, against, unit: "/s", ...(await loadInTurn(ours, theirs, quick)), target: { least } };
  } finally {
    await theirs.server.stop();
  }
}

async function constant(sample: string, { bodies }: Target): Promise<Target> {
  return { server: await startConstant(sample), path: "/constant", bodies };
}

async function rqlite(folder: string): Promise<Target> {
  const server: RunningServer = await startRqlite(folder);
  await server.post("/db/execute", [TABLE]);
  await server.post("/db/execute", [FILL]);
  return { server, path: "/db/query?level=none", bodies: keyBodies((id) => [[POINT, id]]) };
}
