import { overloaded } from "../errors/errors.js";

/** Of all slots, the part from which on no database gets more than are left. */
const SCARCE = 3 / 4;

/**
 * Limits the number of requests that wait or run: per database, and over all. Of the last quarter no database may have
 * more than are left, so that however many are busy, another one gets some.
 */
export class RequestSlots {
  private readonly byDatabase = new Map<string, number>();
  private total = 0;
  private waiters: (() => void)[] = [];

  constructor(
    private readonly perDatabase: number,
    private readonly overall: number,
  ) {}

  get inHand(): number {
    return this.total;
  }

  /** Throws OVERLOADED if a limit is reached. Each `take` needs one `release`. */
  take(database: string): void {
    const mine = this.byDatabase.get(database) ?? 0;
    if (mine >= this.perDatabase) throw overloaded(this.perDatabase, "of this database");
    if (this.total >= this.overall * SCARCE && mine >= this.overall - this.total) {
      throw overloaded(this.total, "of all databases");
    }
    this.add(database);
  }

  /** Takes one beyond the limits, for what others wait for. */
  add(database: string): void {
    this.byDatabase.set(database, (this.byDatabase.get(database) ?? 0) + 1);
    this.total++;
  }

  release(database: string): void {
    const left = this.byDatabase.get(database)! - 1;
    if (left === 0) this.byDatabase.delete(database);
    else this.byDatabase.set(database, left);
    this.total--;
    if (this.total === 0) {
      for (const wake of this.waiters.splice(0)) wake();
    }
  }

  /** Resolves once no request waits or runs. */
  idle(): Promise<void> {
    return this.total === 0 ? Promise.resolve() : new Promise((resolve) => this.waiters.push(resolve));
  }
}
