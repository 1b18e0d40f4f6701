import { loadProblem } from "../http/load.js";
import { branchStorm } from "../loads/branch-storm.js";
import { measureOnce, middleOf, type Pace } from "../loads/measure.js";
import { type Prepared, SERVERS } from "../loads/servers.js";
import type { Benchmark, Row, Skipped } from "../support/benchmark.js";
import { connectionsOf, LOADS, type LoadFigures, type LoadMissing, type LoadName } from "../support/loads.js";

const OURS = "HeliosDB";
const ROUNDS = 3;
const PACE: Pace = { warmUpSecs: 1, measureSecs: 3 };
const QUICK: Pace = { warmUpSecs: 1, measureSecs: 1 };

/** Every kind of load on this server and on others, with few and with many connections, in turn. */
export const httpLoads: Benchmark = {
  name: "http-loads",
  problem: loadProblem,
  async run({ quick, folder, record }) {
    const missing: LoadMissing[] = [];
    const servers = new Map<string, Prepared>();
    const loads: LoadFigures[] = [];
    try {
      for (const [index, [name, start]] of Object.entries(SERVERS).entries()) {
        try {
          servers.set(name, await start(`${folder}/${index}`));
        } catch (error) {
          missing.push({ server: name, load: null, connections: null, why: firstLine(error) });
        }
      }
      for (const load of Object.keys(LOADS) as LoadName[]) {
        for (const connections of connectionsOf(load)) {
          loads.push(...(await measureInTurn(servers, load, connections, quick, missing)));
        }
      }
    } finally {
      for (const { server } of servers.values()) await server.stop();
    }
    const storm = await branchStorm(`${folder}/storm`, quick ? 50 : 1000);
    record({ loads, missing, storm });
    return [...rowsOf(loads), ...missing.map(skippedOf)];
  },
};

async function measureInTurn(
  servers: ReadonlyMap<string, Prepared>,
  load: LoadName,
  connections: number,
  quick: boolean,
  missing: LoadMissing[],
): Promise<LoadFigures[]> {
  const rounds = new Map<string, LoadFigures[]>();
  for (const [name, { requests }] of servers) if (requests[load]) rounds.set(name, []);
  for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
    for (const [name, figures] of [...rounds]) {
      try {
        figures.push(await measureOnce(name, servers.get(name)!, load, connections, quick ? QUICK : PACE));
      } catch (error) {
        rounds.delete(name);
        missing.push({ server: name, load, connections, why: firstLine(error) });
      }
    }
  }
  return [...rounds.values()].map(middleOf);
}

function rowsOf(loads: readonly LoadFigures[]): Row[] {
  return loads.flatMap((theirs) => {
    if (theirs.server === OURS) return [];
    const ours = loads.find(
      ({ server, load, connections }) => server === OURS && load === theirs.load && connections === theirs.connections,
    );
    if (!ours) return [];
    const what = `${LOADS[ours.load]}; ${ours.connections} connection${ours.connections === 1 ? "" : "s"}`;
    return [{ what, against: theirs.server, unit: "/s", ours: ours.perSecond, theirs: theirs.perSecond, target: null }];
  });
}

function skippedOf({ server, load, connections, why }: LoadMissing): Skipped {
  return { what: load === null ? server : `${LOADS[load]}; ${connections} connections; ${server}`, skipped: why };
}

function firstLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n");
  return lines.find((line) => line.includes("GLIBC"))?.trim() ?? lines[0]!;
}
