/** A map that keeps the most recently used entries and closes the others. */
export class Lru<K, V> {
  private readonly entries = new Map<K, V>();
  /** The key used last, which need not be moved to the end again. */
  private last: K | undefined;

  constructor(
    private readonly size: number,
    private readonly dispose: (value: V, key: K) => void = () => {},
  ) {}

  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined || key === this.last) return value;
    this.entries.delete(key);
    this.entries.set(key, value);
    this.last = key;
    return value;
  }

  /** Does not count as a use. */
  has(key: K): boolean {
    return this.entries.has(key);
  }

  getOr(key: K, make: () => V): V {
    const known = this.get(key);
    if (known !== undefined) return known;
    const value = make();
    this.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.entries.set(key, value);
    this.last = undefined;
    if (this.entries.size > this.size) this.deleteOldest();
  }

  deleteOldest(): void {
    for (const oldest of this.entries.keys()) {
      this.delete(oldest);
      return;
    }
  }

  /** Removes an entry that its caller is to close. */
  take(key: K): V | undefined {
    const value = this.entries.get(key);
    this.entries.delete(key);
    if (key === this.last) this.last = undefined;
    return value;
  }

  delete(key: K): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.entries.delete(key);
    this.dispose(value, key);
  }

  keys(): K[] {
    return [...this.entries.keys()];
  }

  clear(): void {
    for (const [key, value] of this.entries) this.dispose(value, key);
    this.entries.clear();
  }
}
