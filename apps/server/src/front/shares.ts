/**
 * Divides the requests that a front may have under way. Nobody is counted as long as there are few; of the others nobody
 * gets more than are left for everybody else, so that however much one tenant sends, others get through.
 */
export class Shares {
  private total = 0;
  private readonly byOwner = new Map<string, number>();

  /**
   * @param most requests under way
   * @param uncounted of these, whoever they belong to
   */
  constructor(
    private readonly most: number,
    private readonly uncounted: number,
  ) {}

  /**
   * Returns what ends it, to be called once; null for one too many.
   * @param ownerOf asked only where it matters
   */
  take(ownerOf: () => string): (() => void) | null {
    if (this.total < this.uncounted) {
      this.total++;
      return () => this.total--;
    }
    const owner = ownerOf();
    const mine = this.byOwner.get(owner) ?? 0;
    if (mine >= this.most - this.total) return null;
    this.total++;
    this.byOwner.set(owner, mine + 1);
    return () => {
      this.total--;
      const left = this.byOwner.get(owner)! - 1;
      if (left === 0) this.byOwner.delete(owner);
      else this.byOwner.set(owner, left);
    };
  }
}
