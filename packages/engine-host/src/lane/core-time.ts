import { schedulerWaitMs } from "../process/scheduler-wait.js";

/** Looking costs 30 µs. */
const LOOK_EVERY_MS = 100;

/** Tells the time in which this process worked from that in which it was ready to run but had no core. */
export class CoreTime {
  private waited: number | null = null;
  private lookedAt = Number.NEGATIVE_INFINITY;

  /** To be called before what may take long. @param now by `performance.now()` */
  look(now: number): void {
    if (now - this.lookedAt < LOOK_EVERY_MS) return;
    this.lookedAt = now;
    this.waited = schedulerWaitMs(process.pid);
  }

  /** Of the last milliseconds, those in which it worked: at least, since it may have waited shortly before. */
  workedOf(ms: number): number {
    const before = this.waited;
    this.waited = schedulerWaitMs(process.pid);
    return before === null || this.waited === null ? ms : ms - (this.waited - before);
  }
}
