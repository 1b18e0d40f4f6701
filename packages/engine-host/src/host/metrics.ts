import { readFile } from "node:fs/promises";
import type { LogMetrics, PoolMetrics, PortMetrics, ProcessMetrics, TransactionMetrics } from "@heliosdb/port";
import type { WorkerKind } from "../process/events.js";
import type { ReaderPool } from "../readers/pool.js";
import { GROUP_SIZES, type WriteCounters } from "../writers/write-counters.js";

interface InHand {
  /** Requests without a response yet. */
  readonly inHand: number;
  /** Those of them that no process has yet. */
  readonly queued: number;
}

/** The host's counters since its start. */
export interface HostCounters {
  readonly reads: Readonly<ReaderPool["counters"]> & InHand & { readonly inLane: number };
  /** `grouped / groups` is the mean number of operations for each fsync. */
  readonly writes: Readonly<WriteCounters> & InHand;
  readonly transactions: TransactionMetrics;
  /** Null where the databases have no logs. */
  readonly log: LogMetrics | null;
  readonly restarts: Readonly<Record<WorkerKind, number>>;
  readonly pids: Readonly<Record<WorkerKind, readonly number[]>>;
}

/** The same in the port's format, with the system's figures about the processes. */
export async function portMetrics(counters: HostCounters): Promise<PortMetrics> {
  const { reads, writes, transactions, log, restarts, pids } = counters;
  const processes: { [kind: string]: ProcessMetrics } = {};
  for (const kind of Object.keys(pids) as WorkerKind[]) {
    const running = pids[kind].length;
    processes[kind] = { running, restarts: restarts[kind], residentBytes: await residentBytes(pids[kind]) };
  }
  const { operations, groups, grouped } = writes;
  const sizes = GROUP_SIZES.map((upTo, index) => ({ upTo, groups: writes.groupSizes[index]! }));
  return {
    reads: { ...poolMetrics(reads), reads: reads.reads },
    writes: { ...poolMetrics(writes), operations, groups, grouped, sizes },
    transactions,
    processes,
    ...(log && { log }),
  };
}

/** Without the fields that only the host uses. */
function poolMetrics({ inHand, queued, timeouts, kills }: PoolMetrics): PoolMetrics {
  return { inHand, queued, timeouts, kills };
}

/** Linux has it in a file; other systems have no cheap way. */
async function residentBytes(pids: readonly number[]): Promise<number | null> {
  let sum = 0;
  for (const pid of pids) {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const [, kilobytes] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
    if (kilobytes === undefined) return null;
    sum += Number(kilobytes) * 1024;
  }
  return sum;
}
