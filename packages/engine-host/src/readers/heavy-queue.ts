import { FairQueue } from "../queue/fair-queue.js";

/** A heavy read, as far as its turn is concerned. */
export interface HeavyRead {
  readonly database: string;
  /** How often it has been stopped for others. */
  slices: number;
}

/** One that runs, and for how many milliseconds by now. */
export interface RunningHeavy<R extends HeavyRead> {
  readonly read: R;
  readonly ran: number;
}

/** Of running time, at first. */
export const FIRST_SLICE_MS = 2000;
/** Then one that was stopped has its turn, whose slice is longer. */
const MOST_FRESH_IN_A_ROW = 4;

/**
 * Heavy reads that wait for a process, and who gives up a process for them. DESIGN.md tells the rules. A read stands in it
 * until `next` returns it.
 */
export class HeavyQueue<R extends HeavyRead> {
  /** Those that have not run yet. */
  private readonly fresh = new FairQueue<R>();
  private readonly stopped = new FairQueue<R>();
  /** New reads that were begun since the last one that had been stopped. */
  private freshInARow = 0;

  constructor(private readonly places: number) {}

  get size(): number {
    return this.fresh.size + this.stopped.size;
  }

  sizeOf(database: string): number {
    return this.fresh.sizeOf(database) + this.stopped.sizeOf(database);
  }

  push(read: R): void {
    this.queueOf(read).push(read);
  }

  of(database: string): R[] {
    return [...this.fresh.of(database), ...this.stopped.of(database)];
  }

  delete(read: R): boolean {
    return this.queueOf(read).delete(read);
  }

  /** The read to run beside those that run. */
  next(running: readonly R[]): R | undefined {
    const shares = new Shares(running, this.places);
    const freshOne = () => this.fresh.shift(shares.mayRunFresh);
    const stoppedOne = () => this.stopped.shift(shares.mayRunStopped);
    const read = this.freshInARow >= MOST_FRESH_IN_A_ROW ? (stoppedOne() ?? freshOne()) : (freshOne() ?? stoppedOne());
    if (read) this.freshInARow = read.slices === 0 ? this.freshInARow + 1 : 0;
    return read;
  }

  /** Of those that run, the one to be stopped for one that waits; null where that helps nobody. */
  toStop(running: readonly RunningHeavy<R>[]): R | null {
    if (this.size === 0) return null;
    const reads = running.map(({ read }) => read);
    if (running.length < this.places && this.hasFor(reads)) return null;
    const placesOf = (read: R) => reads.filter(({ database }) => database === read.database).length;
    const over = ({ read, ran }: RunningHeavy<R>) => ran - sliceOf(read);
    const candidates = running
      .filter((one) => over(one) >= 0)
      .sort((one, other) => placesOf(other.read) - placesOf(one.read) || over(other) - over(one));
    return candidates.find(({ read }) => this.hasFor(reads.filter((other) => other !== read)))?.read ?? null;
  }

  private hasFor(running: readonly R[]): boolean {
    const shares = new Shares(running, this.places);
    return this.fresh.has(shares.mayRunFresh) || this.stopped.has(shares.mayRunStopped);
  }

  private queueOf(read: R): FairQueue<R> {
    return read.slices === 0 ? this.fresh : this.stopped;
  }
}

function sliceOf({ slices }: HeavyRead): number {
  return FIRST_SLICE_MS * 2 ** slices;
}

/** Who may have a place beside those that run. */
class Shares {
  constructor(
    private readonly running: readonly HeavyRead[],
    private readonly places: number,
  ) {}

  readonly mayRunFresh = (database: string): boolean =>
    this.running.length < this.places && this.countOf(database) < atLeastOne(this.places - 1);

  readonly mayRunStopped = (database: string): boolean =>
    this.mayRunFresh(database) &&
    this.running.filter(wasStopped).length < atLeastOne(this.places - 1) &&
    this.running.filter((read) => read.database === database && wasStopped(read)).length < atLeastOne(this.places - 2);

  private countOf(database: string): number {
    return this.running.filter((read) => read.database === database).length;
  }
}

function wasStopped({ slices }: HeavyRead): boolean {
  return slices > 0;
}

function atLeastOne(count: number): number {
  return Math.max(1, count);
}
