import type { PortMetrics, PortUsage } from "@heliosdb/port";
import { counter, type Family, gauge, histogram } from "./family.js";

/** What is known of the processes behind the port, and of what they keep. */
export function engineFamilies(metrics: PortMetrics, usage: PortUsage, catalogBytes: number): Family[] {
  return [
    ...queueFamilies(metrics),
    ...writeFamilies(metrics),
    ...processFamilies(metrics),
    ...sizes(usage, catalogBytes),
  ];
}

function queueFamilies({ reads, writes }: PortMetrics): Family[] {
  const both = (value: (pool: PortMetrics["reads"] | PortMetrics["writes"]) => number) => [
    [{ pool: "readers" }, value(reads)] as const,
    [{ pool: "writers" }, value(writes)] as const,
  ];
  return [
    gauge(
      "heliosdb_engine_queue_depth",
      "Requests that wait for a process.",
      both(({ queued }) => queued),
    ),
    gauge(
      "heliosdb_engine_in_hand",
      "Requests taken and not answered yet, the waiting ones included.",
      both(({ inHand }) => inHand),
    ),
    counter("heliosdb_engine_requests_total", "Requests taken.", [
      [{ pool: "readers" }, reads.reads],
      [{ pool: "writers" }, writes.operations],
    ]),
    counter(
      "heliosdb_engine_timeouts_total",
      "Requests that passed their deadline.",
      both(({ timeouts }) => timeouts),
    ),
    counter(
      "heliosdb_engine_deadline_kills_total",
      "Processes that were ended because a request passed its deadline, or nobody waited for it any more.",
      both(({ kills }) => kills),
    ),
  ];
}

function writeFamilies({ writes }: PortMetrics): Family[] {
  return [
    histogram(
      "heliosdb_engine_commit_group_size",
      "Operations committed together, with one fsync.",
      writes.sizes.map(({ upTo }) => upTo),
      [{ labels: {}, counts: [...writes.sizes.map(({ groups }) => groups), 0], sum: writes.grouped }],
    ),
  ];
}

function processFamilies({ processes }: PortMetrics): Family[] {
  const kinds = Object.entries(processes);
  return [
    gauge(
      "heliosdb_engine_processes",
      "Processes that run.",
      kinds.map(([kind, { running }]) => [{ kind }, running]),
    ),
    counter(
      "heliosdb_engine_process_restarts_total",
      "Processes started in place of one that ended, for whatever reason.",
      kinds.map(([kind, { restarts }]) => [{ kind }, restarts]),
    ),
    gauge(
      "heliosdb_engine_resident_memory_bytes",
      "Memory of the processes; absent where the system does not tell.",
      kinds.flatMap(([kind, { residentBytes }]) =>
        residentBytes === null ? [] : [[{ kind }, residentBytes] as const],
      ),
    ),
  ];
}

function sizes({ databases, branches, oldest, bytes }: PortUsage, catalogBytes: number): Family[] {
  const age = oldest === null ? 0 : Math.max(0, Date.now() / 1000 - oldest / 1_000_000);
  return [
    gauge("heliosdb_databases", "Databases, one to a tenant.", [[{}, databases]]),
    gauge("heliosdb_branches", "Branches that are not deleted, of all databases.", [[{}, branches]]),
    gauge("heliosdb_storage_bytes", "Bytes of files, by what they hold.", [
      ...Object.entries(bytes).map(([kind, size]) => [{ kind }, size] as const),
      [{ kind: "catalog" }, catalogBytes],
    ]),
    gauge("heliosdb_history_age_seconds", "How far back main can be read, where that is farthest.", [[{}, age]]),
  ];
}
