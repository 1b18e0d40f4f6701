import type { CloneJob, MaintenanceReport } from "../api/api.js";
import type { WriterContext } from "../control/context.js";
import type { MaintenanceTools } from "./tools.js";
import { nextExpiry, Upkeep } from "./upkeep.js";

/**
 * Maintains a database in turns of a few milliseconds. The next turn continues where one stopped, so a database with
 * thousands of branches takes many short turns and not one long one.
 */
export class Maintenance {
  private work: Generator<CloneJob | null> | null = null;
  private upkeep: Upkeep | null = null;

  constructor(
    private readonly context: WriterContext,
    private readonly tools: MaintenanceTools,
  ) {}

  turn(budgetMs: number): MaintenanceReport {
    const until = performance.now() + budgetMs;
    this.upkeep ??= new Upkeep(this.context, this.tools);
    this.work ??= this.upkeep.all();
    const { counts } = this.upkeep;
    const before = { ...counts };
    const report = (more: boolean, job: CloneJob | null): MaintenanceReport => ({
      more,
      job,
      expired: counts.expired - before.expired,
      purged: counts.purged - before.purged,
      pruned: counts.pruned - before.pruned,
      nextExpiryMs: nextExpiry(this.context),
    });
    try {
      do {
        const { done, value } = this.work.next();
        if (done) {
          this.end();
          return report(false, null);
        }
        if (value !== null) return report(true, value);
      } while (performance.now() < until);
      return report(true, null);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Abandons the current round; the next turn begins again. */
  end(): void {
    this.work?.return(null);
    this.work = null;
    this.upkeep = null;
  }
}
