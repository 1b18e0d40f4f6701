import { execFileSync } from "node:child_process";
import { loadProblem } from "../http/load.js";
import type { RunningServer, StartOptions } from "../http/server-process.js";
import { startBare, startHelios, startRqlite } from "../http/servers.js";
import type { Benchmark, Row } from "../support/benchmark.js";
import { loadAllInTurn, type Rates, type Target } from "../support/http-rounds.js";
import { FILL, INSERT, keyBodies, POINT, TABLE } from "../support/users-table.js";

const VALUES = ["a user", "user@example.com"];
const READ = "point query over HTTP, 32 connections, 2 fronts";
const WRITE = "durable one-row INSERT over HTTP, 32 connections";
const RQLITE = "rqlite, one node";

/** What is measured on as many cores. The programs that make the load use all of them. */
interface OnCores {
  readonly reads: Rates;
  readonly writes: Rates;
  readonly bare: Rates;
  readonly rqliteReads: Rates;
  readonly rqliteWrites: Rates;
}

/** Reads and writes on one core, and on two: beside Node's own HTTP server and rqlite, which get the same cores. */
export const httpCores: Benchmark = {
  name: "http-cores",
  problem: async () => (await loadProblem()) ?? pinProblem(),
  async run({ quick, folder }) {
    const one = await onCores(`${folder}/one`, "0", quick);
    const two = await onCores(`${folder}/two`, "0,1", quick);
    return [
      ...besideOthers(one, "one core", null),
      ...besideOthers(two, "two cores", { reads: 1.3, writes: 1, bare: 0.5 }),
      rate(`${READ}, on two cores`, "on one core", two.reads, one.reads, 1.6),
      rate(`${WRITE}, on two cores`, "on one core", two.writes, one.writes, null),
      rate("rqlite, the same reads, on two cores", "on one core", two.rqliteReads, one.rqliteReads, null),
      rate("rqlite, the same writes, on two cores", "on one core", two.rqliteWrites, one.rqliteWrites, null),
    ];
  },
};

function pinProblem(): string | null {
  try {
    execFileSync("taskset", ["--cpu-list", "0,1", "true"], { stdio: "ignore" });
    return null;
  } catch {
    return "two cores can't be chosen with taskset (the Debian package is called util-linux)";
  }
}

async function onCores(folder: string, cores: string, quick: boolean): Promise<OnCores> {
  const options: StartOptions = { cores };
  const servers: RunningServer[] = [];
  const started = async (server: Promise<RunningServer>) => {
    servers.push(await server);
    return servers.at(-1)!;
  };
  try {
    const fronts = await started(startHelios(`${folder}/fronts`, 2, options));
    const alone = await started(startHelios(`${folder}/alone`, 0, options));
    const rqlite = await started(startRqlite(folder, options));
    for (const server of [fronts, alone]) {
      for (const sql of [TABLE, FILL]) await server.post("/v1/branches/main/execute", { sql });
    }
    for (const sql of [TABLE, FILL]) await rqlite.post("/db/execute", [sql]);
    const sample = await fronts.post("/v1/branches/main/query", { sql: POINT, params: [5000] });
    const bare = await started(startBare(sample, 2, options));
    const ours = (server: RunningServer): Target => ({
      server,
      path: "/v1/branches/main/query",
      bodies: keyBodies((id) => ({ sql: POINT, params: [id] })),
    });
    const theirs: Target = {
      server: rqlite,
      path: "/db/query?level=none",
      bodies: keyBodies((id) => [[POINT, id]]),
    };
    const [reads, rqliteReads, constant] = await loadAllInTurn(
      [ours(fronts), theirs, { ...ours(bare), path: "/" }],
      quick,
    );
    const [writes, rqliteWrites] = await loadAllInTurn(
      [
        {
          server: alone,
          path: "/v1/branches/main/execute",
          bodies: [JSON.stringify({ sql: INSERT, params: VALUES })],
        },
        { server: rqlite, path: "/db/execute", bodies: [JSON.stringify([[INSERT, ...VALUES]])] },
      ],
      quick,
    );
    return {
      reads: reads!,
      writes: writes!,
      bare: constant!,
      rqliteReads: rqliteReads!,
      rqliteWrites: rqliteWrites!,
    };
  } finally {
    for (const server of servers) await server.stop();
  }
}

interface Least {
  readonly reads: number;
  readonly writes: number;
  readonly bare: number;
}

function besideOthers(figures: OnCores, cores: string, least: Least | null): Row[] {
  const { reads, writes, bare, rqliteReads, rqliteWrites } = figures;
  const noWorse = least && { most: 1 };
  return [
    rate(`${READ}, on ${cores}`, "Node's own server in two processes, a constant", reads, bare, least?.bare ?? null),
    rate(`${READ}, on ${cores}`, `${RQLITE}, level=none`, reads, rqliteReads, least?.reads ?? null),
    slowest(`${READ}, on ${cores}`, `${RQLITE}, level=none`, reads, rqliteReads, noWorse),
    rate(`${WRITE}, on ${cores}`, RQLITE, writes, rqliteWrites, least?.writes ?? null),
    slowest(`${WRITE}, on ${cores}`, RQLITE, writes, rqliteWrites, noWorse),
  ];
}

function rate(what: string, against: string, ours: Rates, theirs: Rates, least: number | null): Row {
  const target = least === null ? null : { least };
  return { what, against, unit: "/s", ours: ours.perSecond, theirs: theirs.perSecond, target };
}

function slowest(what: string, against: string, ours: Rates, theirs: Rates, target: Row["target"]): Row {
  return { what: `${what}, 99th percentile`, against, unit: "ms", ours: ours.p99Ms, theirs: theirs.p99Ms, target };
}
