import type { PortMetrics, PortUsage } from "@heliosdb/port";
import { counter, type Family, gauge, histogram } from "./family.js";

/** Metrics of the processes behind the port, and of their files. */
export function engineFamilies(metrics: PortMetrics, usage: PortUsage, catalogBytes: number): Family[] {
  return [
    ...queueFamilies(metrics),
    ...writeFamilies(metrics),
    ...transactionFamilies(metrics),
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
      "Requests that are waiting for a process.",
      both(({ queued }) => queued),
    ),
    gauge(
      "heliosdb_engine_in_hand",
      "Requests accepted and not yet completed, including waiting ones.",
      both(({ inHand }) => inHand),
    ),
    counter("heliosdb_engine_requests_total", "Requests accepted.", [
      [{ pool: "readers" }, reads.reads],
      [{ pool: "writers" }, writes.operations],
    ]),
    counter(
      "heliosdb_engine_timeouts_total",
      "Requests that exceeded their timeout.",
      both(({ timeouts }) => timeouts),
    ),
    counter(
      "heliosdb_engine_deadline_kills_total",
      "Processes that were stopped because a request exceeded its timeout, was cancelled, or its caller was gone.",
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

function transactionFamilies({ transactions: { open, waiting, ended } }: PortMetrics): Family[] {
  return [
    gauge("heliosdb_transactions_open", "Open transactions of several requests.", [[{}, open]]),
    gauge("heliosdb_transactions_waiting", "Open transactions that wait for their branch.", [[{}, waiting]]),
    counter("heliosdb_transactions_ended_total", "Transactions that have ended, by outcome.", [
      [{ outcome: "committed" }, ended.committed],
      [{ outcome: "rolled_back" }, ended.rolledBack],
      [{ outcome: "expired" }, ended.expired],
      [{ outcome: "lost" }, ended.lost],
    ]),
  ];
}

function processFamilies({ processes }: PortMetrics): Family[] {
  const kinds = Object.entries(processes);
  return [
    gauge(
      "heliosdb_engine_processes",
      "Running processes.",
      kinds.map(([kind, { running }]) => [{ kind }, running]),
    ),
    counter(
      "heliosdb_engine_process_restarts_total",
      "Processes started to replace one that ended, for whatever reason.",
      kinds.map(([kind, { restarts }]) => [{ kind }, restarts]),
    ),
    gauge(
      "heliosdb_engine_resident_memory_bytes",
      "Memory of the processes; absent where the system doesn't report it.",
      kinds.flatMap(([kind, { residentBytes }]) =>
        residentBytes === null ? [] : [[{ kind }, residentBytes] as const],
      ),
    ),
  ];
}

function sizes({ databases, branches, oldest, bytes }: PortUsage, catalogBytes: number): Family[] {
  const age = oldest === null ? 0 : Math.max(0, Date.now() / 1000 - oldest / 1_000_000);
  return [
    gauge("heliosdb_databases", "Databases, one per tenant.", [[{}, databases]]),
    gauge("heliosdb_branches", "Branches of all databases, without deleted ones.", [[{}, branches]]),
    gauge("heliosdb_storage_bytes", "Size of the files, by content.", [
      ...Object.entries(bytes).map(([kind, size]) => [{ kind }, size] as const),
      [{ kind: "catalog" }, catalogBytes],
    ]),
    gauge("heliosdb_history_age_seconds", "How far back main can be read, in the database with the longest history.", [
      [{}, age],
    ]),
  ];
}
