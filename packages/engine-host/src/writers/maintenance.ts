import { setTimeout as sleep } from "node:timers/promises";

/**
 * A database that nobody writes to is still maintained this often: history and deleted branches expire by time alone.
 */
const IDLE_EVERY_MS = 3_600_000;
/** Maximum time of a turn, and the pause for other work before the next. */
const BUDGET_MS = 15;
const PAUSE_MS = 20;

/** Schedules the maintenance of databases, and its turns. */
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
