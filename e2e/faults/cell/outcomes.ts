/** What became of requests, in the order in which it was first heard: for a wait that is too long. */
export class Outcomes {
  private since = performance.now();
  private readonly runs = new Map<string, { readonly first: number; last: number; times: number }>();

  /** Forgets all. */
  reset(): void {
    this.since = performance.now();
    this.runs.clear();
  }

  add(node: string, what: string): void {
    const at = (performance.now() - this.since) / 1000;
    const run = this.runs.get(`${node} ${what}`);
    if (run === undefined) this.runs.set(`${node} ${what}`, { first: at, last: at, times: 1 });
    else [run.last, run.times] = [at, run.times + 1];
  }

  toString(): string {
    const each = [...this.runs].map(
      ([what, { first, last, times }]) => `${what} ${times} × from ${first.toFixed(1)} to ${last.toFixed(1)} s`,
    );
    return each.join("; ");
  }
}
