/**
 * Stops the work of one request, which may be several requests of the port. An AbortSignal would do the same, but making
 * one costs a sixth of a short query.
 */
export class Cancellation {
  /** Whether work was stopped by it, and so had no effect. */
  hasStopped = false;
  private cancelled = false;
  private stops: Set<() => void> | null = null;
  private waiting: (() => void)[] = [];

  get isCancelled(): boolean {
    return this.cancelled;
  }

  /** Whether there is work that it could stop. What is known to be short is not. */
  get isRunning(): boolean {
    return this.stops !== null && this.stops.size > 0;
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    for (const stop of [...(this.stops ?? [])]) stop();
  }

  /** Work begins that `stop` stops. The returned function says that it is over. */
  begin(stop: () => void): () => void {
    this.stops ??= new Set();
    this.stops.add(stop);
    return () => {
      this.stops!.delete(stop);
      if (!this.isRunning) for (const done of this.waiting.splice(0)) done();
    };
  }

  /** Resolves when there is nothing that it could stop. */
  whenIdle(): Promise<void> {
    if (!this.isRunning) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }
}
