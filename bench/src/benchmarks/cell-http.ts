import { metricOf, placeOf, startNode, untilWritten } from "../cells/nodes.js";
import { startStore, storeProblem } from "../cells/postgres.js";
import { type LoadResult, loadProblem, putLoad } from "../http/load.js";
import type { RunningServer } from "../http/server-process.js";
import { startHelios } from "../http/servers.js";
import type { Benchmark, Row } from "../support/benchmark.js";
import { median, time } from "../support/timing.js";
import { FILL, INSERT, keyBodies, POINT, TABLE } from "../support/users-table.js";

const EXECUTE = "/v1/branches/main/execute";
const AGAINST = "the same server without a store";
const COMMITS = [
  { connections: 1, least: 0.28 },
  { connections: 32, least: 0.5 },
  { connections: 128, least: 0.7 },
];
const COMMIT_BODIES = [JSON.stringify({ sql: INSERT, params: ["a user", "user@example.com"] })];
const READ_BODIES = keyBodies((id) => ({ sql: POINT, params: [id] }));
const ROWS = 1_000_000;
const MOST_BYTES = 64 * 1024;

/** What a store costs: an active node whose store has its synchronous standby, all on this machine. */
export const cellHttp: Benchmark = {
  name: "cell-http",
  problem: async () => (await storeProblem()) ?? (await loadProblem()),
  async run({ quick, folder }) {
    const store = await startStore();
    const servers: RunningServer[] = [];
    try {
      const node = await startNode(store, await placeOf("node", folder));
      servers.push(node);
      const alone = await startHelios(`${folder}/alone`, 0);
      servers.push(alone);
      await untilWritten(node.origin, TABLE);
      await alone.post(EXECUTE, { sql: TABLE });
      for (const server of servers) await server.post(EXECUTE, { sql: FILL });
      return [
        ...(await commits(node, alone, quick)),
        await reads(node, alone, quick),
        await bulkInsert(node, alone, quick),
        await firstWrite(node),
      ];
    } finally {
      for (const server of servers) await server.stop();
      await store.stop();
    }
  },
};

async function commits(node: RunningServer, alone: RunningServer, quick: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { connections, least } of COMMITS) {
    const what = `one-row commits in a cell, ${connections} connection${connections === 1 ? "" : "s"}`;
    const [ours, theirs] = await inTurn(node, alone, EXECUTE, COMMIT_BODIES, connections, quick);
    rows.push({ what, against: AGAINST, unit: "/s", ...rates(ours, theirs), target: { least } });
    if (connections !== 1) continue;
    const p50 = median(ours.map(({ p50Ms }) => p50Ms));
    rows.push({ what: `${what}, median`, against: "3 ms", unit: "ms", ours: p50, theirs: 3, target: { most: 1 } });
  }
  return rows;
}

async function reads(node: RunningServer, alone: RunningServer, quick: boolean): Promise<Row> {
  const what = "read by key in a cell, 32 connections, nothing written";
  // What is asked is less than what two rounds may differ by.
  const [ours, theirs] = await inTurn(node, alone, "/v1/branches/main/query", READ_BODIES, 32, quick, 11);
  return { what, against: AGAINST, unit: "/s", ...rates(ours, theirs), target: { least: 0.97 } };
}

async function inTurn(
  node: RunningServer,
  alone: RunningServer,
  path: string,
  bodies: readonly string[],
  connections: number,
  quick: boolean,
  rounds = 5,
): Promise<[LoadResult[], LoadResult[]]> {
  const requests = bodies.map((body) => ({ method: "POST" as const, path, body }));
  const times = { connections, warmUpSecs: quick ? 1 : 2, measureSecs: quick ? 1 : 5 };
  const results: [LoadResult[], LoadResult[]] = [[], []];
  for (let round = 0; round < (quick ? 1 : rounds); round++) {
    for (const [i, { origin }] of [node, alone].entries()) {
      results[i]!.push(await putLoad({ origin, requests, ...times }));
    }
  }
  return results;
}

function rates(ours: readonly LoadResult[], theirs: readonly LoadResult[]): { ours: number; theirs: number } {
  const middle = (all: readonly LoadResult[]) => median(all.map(({ perSecond }) => perSecond));
  return { ours: middle(ours), theirs: middle(theirs) };
}

async function bulkInsert(node: RunningServer, alone: RunningServer, quick: boolean): Promise<Row> {
  const rows = quick ? 10_000 : ROWS;
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const [i, server] of [node, alone].entries()) {
      const sql = `CREATE TABLE bulk${round} (id INTEGER PRIMARY KEY, name TEXT, value REAL, category INTEGER)`;
      await server.post(EXECUTE, { sql });
      const fill = `INSERT INTO bulk${round} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${rows})
        SELECT i, 'item ' || i, i * 1.5, i % 100 FROM n`;
      times[i]!.push(await time(() => server.post(EXECUTE, { sql: fill })));
    }
  }
  const what = `${rows.toLocaleString("en")} rows inserted by one statement in a cell`;
  const [ours, theirs] = times.map(median) as [number, number];
  return { what, against: AGAINST, unit: "ms", ours, theirs, target: { most: 1.6 } };
}

/** Bytes that the log takes for one row on a branch that shares everything with a large parent. */
async function firstWrite(node: RunningServer): Promise<Row> {
  await node.post("/v1/branches", { name: "first-write" });
  const before = await metricOf(node, "heliosdb_log_bytes_total");
  await node.post("/v1/branches/first-write/execute", JSON.parse(COMMIT_BODIES[0]!));
  const bytes = (await metricOf(node, "heliosdb_log_bytes_total")) - before;
  const what = "bytes of log for the first write on a branch of a large database";
  return { what, against: "64 KiB", unit: "bytes", ours: bytes, theirs: MOST_BYTES, target: { most: 1 } };
}
