import { setTimeout as sleep } from "node:timers/promises";

/** A database that nobody writes to is still looked after this often: history and deleted branches go by time alone. */
const IDLE_EVERY_MS = 3_600_000;
/** How long a turn may hold the writer up, and how long others have it before the next. */
const BUDGET_MS = 15;
const PAUSE_MS = 20;

/** When, and how much at a time, databases are looked after. */
export class Maintenance {
  readonly budgetMs = BUDGET_MS;

  /** `expiryAt` is when the next branch expires, by the same clock as the others. */
  isDue(lastWrite: number, lastMaintained: number, expiryAt: number): boolean {
    if (lastWrite >= lastMaintained || Date.now() >= expiryAt) return true;
    return Date.now() - lastMaintained >= IDLE_EVERY_MS;
  }

  /** Lets waiting writes go first. */
  async pause(): Promise<void> {
    await sleep(PAUSE_MS, undefined, { ref: false });
  }
}
