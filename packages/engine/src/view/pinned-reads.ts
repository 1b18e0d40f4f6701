interface PinnedView {
  leave(): void;
}

/**
 * Reads that were all requested before the first of them begins may see the same state. From `pin` to `unpin`, each
 * branch file keeps its read transaction from one read to the next: beginning and ending one is a third of the cost of
 * a query by key.
 */
export class PinnedReads {
  private pinned: Set<PinnedView> | null = null;

  get isPinned(): boolean {
    return this.pinned !== null;
  }

  pin(): void {
    this.pinned ??= new Set();
  }

  unpin(): void {
    const pinned = this.pinned;
    this.pinned = null;
    for (const view of pinned ?? []) view.leave();
  }

  /** Whether the view keeps its transaction; `unpin` then ends it. */
  keep(view: PinnedView): boolean {
    this.pinned?.add(view);
    return this.pinned !== null;
  }

  drop(view: PinnedView): void {
    this.pinned?.delete(view);
  }
}
