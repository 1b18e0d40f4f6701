interface Held {
  leave(): void;
}

/**
 * Reads that were all asked for before the first of them begins may see the same state. While a moment lasts, each
 * branch file keeps its read transaction from one read to the next: beginning and ending it is a third of what a query
 * by key costs.
 */
export class Moment {
  private held: Set<Held> | null = null;

  get lasts(): boolean {
    return this.held !== null;
  }

  begin(): void {
    this.held ??= new Set();
  }

  end(): void {
    const held = this.held;
    this.held = null;
    for (const state of held ?? []) state.leave();
  }

  /** Whether the state is to keep its transaction; it is then told when to leave it. */
  holds(state: Held): boolean {
    this.held?.add(state);
    return this.held !== null;
  }

  drop(state: Held): void {
    this.held?.delete(state);
  }
}
