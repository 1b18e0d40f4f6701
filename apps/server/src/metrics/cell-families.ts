import type { LogMetrics } from "@heliosdb/port";
import { counter, type Family, gauge, histogram } from "./family.js";

/** What the active node of a cell knows of itself. */
export interface CellFigures {
  /** What is left of its lease, in ms. */
  leftMs(): number;
  /** Of the log of its catalog and secrets. */
  ownLog(): LogMetrics;
}

/** Metrics of a cell's active node. @param databases those of the databases' logs; absent where they have none */
export function cellFamilies(cell: CellFigures, databases: LogMetrics | undefined): Family[] {
  const leftMs = cell.leftMs();
  const own = cell.ownLog();
  return [
    gauge("heliosdb_cell_active", "Whether this node is the active one of its cell.", [[{}, leftMs > 0 ? 1 : 0]]),
    gauge("heliosdb_cell_lease_seconds", "Time that is left of the lease by which it is.", [[{}, leftMs / 1000]]),
    ...logFamilies(databases ? sumOf(databases, own) : own),
  ];
}

function logFamilies({ entries, bytes, seconds, times, waitingBytes, heldAnswers, waitingMs }: LogMetrics): Family[] {
  const counted = times.map((each) => each.entries);
  const longer = entries - counted.reduce((sum, each) => sum + each, 0);
  return [
    counter("heliosdb_log_entries_total", "Entries added to the logs in the store.", [[{}, entries]]),
    counter("heliosdb_log_bytes_total", "Their bytes.", [[{}, bytes]]),
    histogram(
      "heliosdb_log_append_seconds",
      "Time from sending an entry until the store has it safe.",
      times.map(({ upTo }) => upTo),
      [{ labels: {}, counts: [...counted, longer], sum: seconds }],
    ),
    gauge("heliosdb_log_waiting_bytes", "Bytes of changes that the store does not have safe yet.", [
      [{}, waitingBytes],
    ]),
    gauge("heliosdb_log_waiting_seconds", "How long the oldest of them has been waiting.", [[{}, waitingMs / 1000]]),
    gauge("heliosdb_log_held_answers", "Answers that are held until the store has what they may show.", [
      [{}, heldAnswers],
    ]),
  ];
}

function sumOf(a: LogMetrics, b: LogMetrics): LogMetrics {
  return {
    entries: a.entries + b.entries,
    bytes: a.bytes + b.bytes,
    seconds: a.seconds + b.seconds,
    times: a.times.map(({ upTo, entries }, i) => ({ upTo, entries: entries + b.times[i]!.entries })),
    waitingBytes: a.waitingBytes + b.waitingBytes,
    heldAnswers: a.heldAnswers + b.heldAnswers,
    waitingMs: Math.max(a.waitingMs, b.waitingMs),
  };
}
