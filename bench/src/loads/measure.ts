import { putLoad } from "../http/load.js";
import type { LoadFigures, LoadName, ProcessUse } from "../support/loads.js";
import { processesOf } from "../support/processes.js";
import { median } from "../support/timing.js";
import type { Prepared } from "./servers.js";

export interface Pace {
  readonly warmUpSecs: number;
  readonly measureSecs: number;
}

/** Puts one load on one server once. */
export async function measureOnce(
  server: string,
  { server: running, requests }: Prepared,
  load: LoadName,
  connections: number,
  pace: Pace,
): Promise<LoadFigures> {
  let before = processesOf(running.pid);
  let use: readonly ProcessUse[] = [];
  const around = {
    before: () => {
      before = processesOf(running.pid);
    },
    after: (count: number) => {
      use = useBetween(before, processesOf(running.pid), count);
    },
  };
  const load_ = { origin: running.origin, requests: requests[load]!, connections, ...pace, around };
  const { perSecond, bytesPerSecond, p50Ms, p99Ms } = await putLoad(load_);
  return { load, server, connections, perSecond, mibPerSecond: bytesPerSecond / 2 ** 20, p50Ms, p99Ms, use };
}

/** The medians of several rounds of the same load on the same server. */
export function middleOf(rounds: readonly LoadFigures[]): LoadFigures {
  const middle = (figure: (of: LoadFigures) => number) => median(rounds.map(figure));
  const kinds = [...new Set(rounds.flatMap(({ use }) => use.map(({ kind }) => kind)))];
  return {
    ...rounds[0]!,
    perSecond: middle(({ perSecond }) => perSecond),
    mibPerSecond: middle(({ mibPerSecond }) => mibPerSecond),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    use: kinds.map((kind) => {
      const used = rounds.flatMap(({ use }) => use.filter((each) => each.kind === kind));
      return {
        kind,
        processes: median(used.map(({ processes }) => processes)),
        cpuMicrosPerRequest: median(used.map(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest)),
        residentMib: median(used.map(({ residentMib }) => residentMib)),
      };
    }),
  };
}

type Processes = ReturnType<typeof processesOf>;

/** A process that began in between counts from its start; what one that ended has used is not known. */
function useBetween(before: Processes, after: Processes, requests: number): ProcessUse[] {
  const kinds = [...new Set([...after.values()].map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const of = [...after].filter(([, figures]) => figures.kind === kind);
    const sum = (figure: (pid: number) => number) => of.reduce((total, [pid]) => total + figure(pid), 0);
    const cpu = sum((pid) => after.get(pid)!.cpuSeconds - (before.get(pid)?.cpuSeconds ?? 0));
    const resident = sum((pid) => after.get(pid)!.residentBytes);
    return {
      kind,
      processes: of.length,
      cpuMicrosPerRequest: (cpu / requests) * 1e6,
      residentMib: resident / 2 ** 20,
    };
  });
}
