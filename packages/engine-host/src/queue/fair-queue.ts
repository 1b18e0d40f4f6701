const ANY = () => true;

/** First in, first out within a key; the keys take turns. */
export class FairQueue<T extends { readonly database: string }> {
  private readonly byKey = new Map<string, Set<T>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  push(item: T): void {
    const mine = this.byKey.get(item.database);
    if (mine) mine.add(item);
    else this.byKey.set(item.database, new Set([item]));
    this.count++;
  }

  /** @param may whether it may be an item of this key */
  shift(may: (key: string) => boolean = ANY): T | undefined {
    for (const [key, items] of this.byKey) {
      if (!may(key)) continue;
      const [first] = items;
      items.delete(first!);
      this.count--;
      // To the back of the line of keys.
      if (this.byKey.size > 1) {
        this.byKey.delete(key);
        if (items.size > 0) this.byKey.set(key, items);
      } else if (items.size === 0) this.byKey.delete(key);
      return first;
    }
    return undefined;
  }

  /** Whether there is an item of such a key. */
  has(may: (key: string) => boolean): boolean {
    for (const key of this.byKey.keys()) if (may(key)) return true;
    return false;
  }

  sizeOf(key: string): number {
    return this.byKey.get(key)?.size ?? 0;
  }

  /** The items of one key, in order. */
  of(key: string): T[] {
    return [...(this.byKey.get(key) ?? [])];
  }

  delete(item: T): boolean {
    const mine = this.byKey.get(item.database);
    if (!mine?.delete(item)) return false;
    this.count--;
    if (mine.size === 0) this.byKey.delete(item.database);
    return true;
  }
}
