import type { RateClass } from "../rate-limit/classes.js";

/** Upper bounds of the histogram of durations, in seconds. */
export const DURATIONS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The labels of requests. */
export interface Counted {
  readonly id: string;
}

/** The label of a request without an operation. */
const NO_OPERATION = "none";

/** What is counted of requests. */
export interface RequestCounts {
  readonly byClass: readonly number[];
  readonly byDuration: readonly number[];
  readonly seconds: number;
  readonly count: number;
}

/** Counts of one operation and method; of one surface and method for requests without an operation. */
export class RequestCell implements RequestCounts {
  /** By the first digit of the status; 0 counts requests whose client disconnected before the response. */
  readonly byClass = [0, 0, 0, 0, 0, 0];
  /** By duration: one for each of DURATIONS, and one for all longer ones. */
  readonly byDuration = new Array<number>(DURATIONS.length + 1).fill(0);
  seconds = 0;
  count = 0;

  constructor(
    readonly operation: string,
    readonly surface: string,
    readonly method: string,
  ) {}

  add(statusClass: number, seconds: number): void {
    this.byClass[statusClass]!++;
    let at = 0;
    while (at < DURATIONS.length && seconds > DURATIONS[at]!) at++;
    this.byDuration[at]!++;
    this.seconds += seconds;
    this.count++;
  }

  /** Adds what was counted elsewhere. */
  addAll({ byClass, byDuration, seconds, count }: RequestCounts): void {
    for (const [at, more] of byClass.entries()) this.byClass[at]! += more;
    for (const [at, more] of byDuration.entries()) this.byDuration[at]! += more;
    this.seconds += seconds;
    this.count += count;
  }
}

/**
 * Counts requests. Nothing is allocated for a single request: counts are found by the operation object, and labels are
 * handled only when somebody reads the page.
 */
export class RequestCounter {
  inFlight = 0;
  readonly refusals = new Map<RateClass, number>();
  /** By operation, or by surface where there is none. */
  private readonly cells = new Map<Counted | string, Map<string, RequestCell>>();

  begin(): void {
    this.inFlight++;
  }

  /** `status` is null if the client disconnected before its response was sent. */
  end(operation: Counted | undefined, surface: string, method: string, status: number | null, seconds: number): void {
    this.inFlight--;
    this.cell(operation, surface, method).add(status === null ? 0 : Math.floor(status / 100), seconds);
  }

  /** Adds what another process counted. */
  addAll(operation: Counted | undefined, surface: string, method: string, counts: RequestCounts): void {
    this.cell(operation, surface, method).addAll(counts);
  }

  /** All that was counted since the last time. */
  takeAll(): readonly RequestCell[] {
    const all = [...this.all()];
    this.cells.clear();
    return all;
  }

  refused(rateClass: RateClass): void {
    this.refusals.set(rateClass, (this.refusals.get(rateClass) ?? 0) + 1);
  }

  *all(): Generator<RequestCell> {
    for (const methods of this.cells.values()) yield* methods.values();
  }

  private cell(operation: Counted | undefined, surface: string, method: string): RequestCell {
    let methods = this.cells.get(operation ?? surface);
    if (!methods) {
      methods = new Map();
      this.cells.set(operation ?? surface, methods);
    }
    let cell = methods.get(method);
    if (!cell) {
      cell = new RequestCell(operation?.id ?? NO_OPERATION, surface, method);
      methods.set(method, cell);
    }
    return cell;
  }
}
