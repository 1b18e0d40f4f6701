import { startHelios } from "../http/servers.js";
import type { Benchmark, Row } from "../support/benchmark.js";
import { processesOf } from "../support/processes.js";
import { median } from "../support/timing.js";

const MOST_MS = 1000;
const MOST_BYTES = 150 * 2 ** 20;
/** By then, all processes have begun, and have done what they do at their start. */
const SETTLED_MS = 3000;

/** How soon a server is ready that has a database already, and the memory of its processes while nothing is asked. */
export const start: Benchmark = {
  name: "start",
  async run({ quick, folder }) {
    const data = `${folder}/data`;
    await (await startHelios(data)).stop();
    const times: number[] = [];
    const main: number[] = [];
    const worker: number[] = [];
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      const began = performance.now();
      const server = await startHelios(data);
      times.push(performance.now() - began);
      try {
        await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
        const all = [...processesOf(server.pid).values()];
        const largest = (isMain: boolean) =>
          Math.max(0, ...all.filter(({ kind }) => (kind === "main") === isMain).map((each) => each.residentBytes));
        main.push(largest(true));
        worker.push(largest(false));
      } finally {
        await server.stop();
      }
    }
    const rows: Row[] = [atMost("server start until it is ready", "1 s", "ms", median(times), MOST_MS)];
    // Zero where the system doesn't tell.
    if (Math.max(...main) > 0) {
      rows.push(atMost("memory of the API process, idle", "150 MiB", "bytes", median(main), MOST_BYTES));
      rows.push(atMost("memory of the largest idle worker", "150 MiB", "bytes", median(worker), MOST_BYTES));
    }
    return rows;
  },
};

function atMost(what: string, against: string, unit: Row["unit"], ours: number, most: number): Row {
  return { what, against, unit, ours, theirs: most, target: { most: 1 } };
}
