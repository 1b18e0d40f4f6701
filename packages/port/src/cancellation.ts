/**
 * Stops the work of one request, which may be several requests of the port. An AbortSignal would do the same, but making
 * one costs a sixth of a short query.
 */
export class Cancellation {
  /** Whether work was stopped by it, and so had no effect. */
  hasStopped = false;
  private cancelled = false;
  private abandoned = false;
  /** What stops the work that was begun, and whether that may have an effect. */
  private stops: Map<() => void, boolean> | null = null;
  private waiting: (() => void)[] = [];

  get isCancelled(): boolean {
    return this.cancelled;
  }

  /** Whether work without effect is not to be begun any more. */
  get stopsReads(): boolean {
    return this.cancelled || this.abandoned;
  }

  /** Whether there is work that it could stop. What is known to be short is not. */
  get isRunning(): boolean {
    return this.stops !== null && this.stops.size > 0;
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    for (const stop of [...(this.stops?.keys() ?? [])]) stop();
  }

  /**
   * Nobody waits for the response any more. Work without effect is stopped. What may have one goes on to its end, since
   * its caller may come back and ask what became of it.
   */
  abandon(): void {
    if (this.stopsReads) return;
    this.abandoned = true;
    for (const [stop, mayHaveEffect] of [...(this.stops ?? [])]) if (!mayHaveEffect) stop();
  }

  /** Work begins that `stop` stops. The returned function says that it is over. */
  begin(stop: () => void, mayHaveEffect = true): () => void {
    this.stops ??= new Map();
    this.stops.set(stop, mayHaveEffect);
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
