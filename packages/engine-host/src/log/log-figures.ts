import type { LogMetrics } from "@heliosdb/port";

/** Upper bounds of the classes by which the times of entries are counted, in seconds. */
const TIMES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts what has been added to logs. */
export class LogFigures {
  private entries = 0;
  private bytes = 0;
  private seconds = 0;
  private readonly byTime = TIMES.map(() => 0);

  /** An entry is safe, `ms` after it was sent for the first time. */
  added(bytes: number, ms: number): void {
    const seconds = ms / 1000;
    this.entries++;
    this.bytes += bytes;
    this.seconds += seconds;
    const at = TIMES.findIndex((upTo) => seconds <= upTo);
    if (at >= 0) this.byTime[at]!++;
  }

  metrics(now: Pick<LogMetrics, "waitingBytes" | "heldAnswers" | "waitingMs">): LogMetrics {
    const { entries, bytes, seconds } = this;
    return { entries, bytes, seconds, times: TIMES.map((upTo, i) => ({ upTo, entries: this.byTime[i]! })), ...now };
  }
}
