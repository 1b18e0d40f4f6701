import { setTimeout as sleep } from "node:timers/promises";

/** A database that nobody writes to is still looked after this often: things expire by time alone. */
const IDLE_EVERY_MS = 3_600_000;
/** How long a turn may hold the writer up, and how long others have it before the next. */
const BUDGET_MS = 30;
const PAUSE_MS = 20;

/** When, and how much at a time, databases are looked after. */
export class Maintenance {
  readonly budgetMs = BUDGET_MS;

  constructor(readonly everyMs: number) {}

  isDue(lastWrite: number, lastMaintained: number): boolean {
    return lastWrite >= lastMaintained || Date.now() - lastMaintained >= Math.min(IDLE_EVERY_MS, this.everyMs * 60);
  }

  /** Lets waiting writes go first. */
  async pause(): Promise<void> {
    await sleep(PAUSE_MS, undefined, { ref: false });
  }
}
