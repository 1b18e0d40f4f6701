import type { Row, Skipped } from "../support/benchmark.js";
import { LOADS, type LoadFigures, type LoadMissing, type LoadName } from "../support/loads.js";
import { meets, type Published, ratioOf, targetOf } from "../support/report.js";
import { cpuOf, thousands } from "./charts.js";

/** The parts of the page that come from the results, by the names of their marks. */
export function partsOf(results: Published, servers: readonly string[]): Readonly<Record<string, string>> {
  const { loads, missing } = results;
  return {
    machine: machineOf(results),
    throughput: throughput(loads, servers),
    latency: latency(loads, servers),
    cost: cost(loads, servers),
    storm: storm(results),
    engine: engine(results.rows),
    missing: missing.map(missingOf).join("\n") || "Nothing.",
  };
}

function machineOf({ at, machine }: Published): string {
  const memory = Math.round(machine.memory / 2 ** 30);
  return `Measured on ${at.slice(0, 10)} on ${machine.cpus} cores (${machine.model}), ${memory} GiB of memory, Node ${machine.node.slice(1)}.`;
}

function throughput(loads: readonly LoadFigures[], servers: readonly string[]): string {
  const head = ["load", "connections", ...servers];
  return table(
    head,
    rowsOf(loads).map(([load, connections]) => [
      LOADS[load],
      String(connections),
      ...servers.map((server) => {
        const found = find(loads, server, load, connections);
        return found ? thousands(found.perSecond) : "–";
      }),
    ]),
  );
}

function latency(loads: readonly LoadFigures[], servers: readonly string[]): string {
  return table(
    ["load", "connections", ...servers],
    rowsOf(loads).map(([load, connections]) => [
      LOADS[load],
      String(connections),
      ...servers.map((server) => {
        const found = find(loads, server, load, connections);
        return found ? `${found.p50Ms.toFixed(2)} / ${found.p99Ms.toFixed(2)}` : "–";
      }),
    ]),
  );
}

function cost(loads: readonly LoadFigures[], servers: readonly string[]): string {
  const shown = loads.filter(({ connections }) => connections === 32).sort(byLoad(servers));
  return table(
    ["load", "server", "CPU a request", "of which", "memory"],
    shown.map((figures) => [
      LOADS[figures.load],
      figures.server,
      `${thousands(cpuOf(figures))} µs`,
      figures.use.map(({ kind, cpuMicrosPerRequest }) => `${kind} ${thousands(cpuMicrosPerRequest)}`).join(", "),
      figures.use
        .map(({ kind, processes, residentMib }) => `${processes} ${kind} ${Math.round(residentMib)} MiB`)
        .join(", "),
    ]),
  );
}

function storm({ storm: { branches, atOnce, seconds, steps } }: Published): string {
  const lines = Object.entries(steps).map(([step, { p50Ms, p99Ms }]) => [step, p50Ms.toFixed(1), p99Ms.toFixed(1)]);
  return `${thousands(branches)} branches, ${atOnce} at once: ${seconds.toFixed(1)} s in all, ${thousands((branches * 4) / seconds)} requests a second.

${table(["step", "p50, ms", "p99, ms"], lines)}`;
}

function engine(rows: Published["rows"]): string {
  const shown = rows.filter((row) => row.benchmark !== "http-loads");
  return table(
    ["what", "against", "ours", "theirs", "ratio", "target", ""],
    shown.map((row) => ("skipped" in row ? skippedRow(row) : measuredRow(row))),
  );
}

function measuredRow(row: Row): string[] {
  const figure = (value: number) => `${thousands(value)} ${row.unit}`;
  const verdict = row.target === null ? "" : meets(row) ? "met" : "missed";
  return [
    row.what,
    row.against,
    figure(row.ours),
    figure(row.theirs),
    `${ratioOf(row).toFixed(2)} ×`,
    targetOf(row),
    verdict,
  ];
}

function skippedRow({ what, skipped }: Skipped): string[] {
  return [what, `not measured: ${skipped}`, "", "", "", "", ""];
}

function missingOf({ server, load, connections, why }: LoadMissing): string {
  return load === null ? `- ${server}: ${why}` : `- ${server}, ${LOADS[load]}, ${connections} connections: ${why}`;
}

function rowsOf(loads: readonly LoadFigures[]): (readonly [LoadName, number])[] {
  const keys = new Map(loads.map(({ load, connections }) => [`${load} ${connections}`, [load, connections] as const]));
  return [...keys.values()];
}

function find(loads: readonly LoadFigures[], server: string, load: LoadName, connections: number) {
  return loads.find((each) => each.server === server && each.load === load && each.connections === connections);
}

function byLoad(servers: readonly string[]): (a: LoadFigures, b: LoadFigures) => number {
  const loads = Object.keys(LOADS);
  return (a, b) =>
    loads.indexOf(a.load) - loads.indexOf(b.load) || servers.indexOf(a.server) - servers.indexOf(b.server);
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...lines.map(line)].join("\n");
}
