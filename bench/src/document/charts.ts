import { LOADS, type LoadFigures, type LoadName } from "../support/loads.js";
import { barChart, type Group } from "./bar-chart.js";

const READS: readonly LoadName[] = ["point", "range", "page", "past", "wide"];
const WRITES: readonly LoadName[] = ["write", "batch", "bulk", "mixed"];
const LONGEST_IS_FASTEST = "Requests a second. In each group, the longest bar is the fastest server.";

/** The charts of the page, by the names of their files. */
export function chartsOf(loads: readonly LoadFigures[], servers: readonly string[]): Readonly<Record<string, string>> {
  const group = (label: string, load: LoadName, connections: number, figure: (of: LoadFigures) => number): Group => {
    const found = servers.map((server) =>
      loads.find((each) => each.server === server && each.load === load && each.connections === connections),
    );
    const bars = found.map((each, index) => ({ name: servers[index]!, value: each ? figure(each) : null }));
    return { label, bars: bars.filter(({ value }) => value !== null) };
  };
  const perSecond = ({ perSecond: value }: LoadFigures) => value;
  const format = (value: number) => `${thousands(value)} /s`;
  const byLoad = (title: string, names: readonly LoadName[]) =>
    barChart({
      title,
      note: LONGEST_IS_FASTEST,
      groups: names.map((load) => group(LOADS[load], load, 32, perSecond)),
      format,
    });
  return {
    "reads.svg": byLoad("Reads, 32 connections", READS),
    "writes.svg": byLoad("Writes, 32 connections", WRITES),
    "connections.svg": barChart({
      title: "Point reads and durable writes by number of connections",
      note: LONGEST_IS_FASTEST,
      groups: (["point", "write"] as const).flatMap((load) =>
        [1, 32, 256].map((connections) =>
          group(`${load === "point" ? "point read" : "durable write"}, ${connections}`, load, connections, perSecond),
        ),
      ),
      format,
    }),
    "cpu.svg": barChart({
      title: "CPU of all processes of a server, 32 connections",
      note: "Microseconds a request. In each group, the longest bar is the server that takes most.",
      groups: (["point", "range", "write", "mixed"] as const).map((load) => group(LOADS[load], load, 32, cpuOf)),
      format: (value) => `${thousands(value)} µs`,
    }),
  };
}

/** Microseconds of all processes together, for one request. */
export function cpuOf({ use }: LoadFigures): number {
  return use.reduce((sum, { cpuMicrosPerRequest }) => sum + cpuMicrosPerRequest, 0);
}

/** At least three significant digits, with commas between thousands. */
export function thousands(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const [whole, part] = value.toFixed(digits).split(".");
  const grouped = whole!.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return part === undefined ? grouped : `${grouped}.${part}`;
}
