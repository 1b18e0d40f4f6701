import { loadProblem, putLoad } from "../http/load.js";
import type { RunningServer } from "../http/server-process.js";
import { startHelios } from "../http/servers.js";
import type { LoadRequest } from "../http/wrk-script.js";
import { fill, GROWTH } from "../loads/growth.js";
import type { Benchmark, Row } from "../support/benchmark.js";
import { median } from "../support/timing.js";
import { INSERT, keyBodies, POINT } from "../support/users-table.js";

const AT = "/v1/branches/main";
const LOADS: Readonly<Record<string, readonly LoadRequest[]>> = {
  "point read": keyBodies((id) => ({ sql: POINT, params: [id] })).map((body) => post(`${AT}/query`, body)),
  "durable write": [post(`${AT}/execute`, JSON.stringify({ sql: INSERT, params: ["a user", "user@example.com"] }))],
};

/** Whether a request costs more where there are many commits, branches or tables: each size beside the smallest. */
export const httpGrowth: Benchmark = {
  name: "http-growth",
  problem: loadProblem,
  async run({ quick, folder }) {
    const rows: Row[] = [];
    for (const [what, { sizes, grow }] of Object.entries(GROWTH)) {
      const servers: RunningServer[] = [];
      const used = quick ? sizes.slice(0, 2) : sizes;
      try {
        for (const size of used) {
          const server = await startHelios(`${folder}/${what}-${size}`, 0);
          servers.push(server);
          await fill(server);
          await grow(server, size);
        }
        rows.push(...(await besideSmallest(what, used, servers, quick)));
      } finally {
        for (const server of servers) await server.stop();
      }
    }
    return rows;
  },
};

async function besideSmallest(
  what: string,
  sizes: readonly number[],
  servers: readonly RunningServer[],
  quick: boolean,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [load, requests] of Object.entries(LOADS)) {
    const figures: number[][] = sizes.map(() => []);
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      for (const [at, { origin }] of servers.entries()) {
        const pace = { connections: 32, warmUpSecs: 1, measureSecs: quick ? 1 : 3 };
        figures[at]!.push((await putLoad({ origin, requests, ...pace })).perSecond);
      }
    }
    const [theirs, ...larger] = figures.map(median);
    larger.forEach((ours, at) => {
      const size = sizes[at + 1]!.toLocaleString("en");
      const against = `the same with ${sizes[0]}`;
      rows.push({
        what: `${load}, ${size} ${what}`,
        against,
        unit: "/s",
        ours,
        theirs: theirs!,
        target: { least: 0.9 },
      });
    });
  }
  return rows;
}

function post(path: string, body: string): LoadRequest {
  return { method: "POST", path, body };
}
