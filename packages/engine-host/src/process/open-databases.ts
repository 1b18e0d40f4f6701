/**
 * The databases that a worker has open. The least recently used one is closed for a new one. Those that `inUse` names
 * stay open, even past the limit.
 */
export class OpenDatabases<T extends { close(): void }> {
  private readonly open = new Map<string, T>();

  constructor(
    private readonly bound: number,
    private readonly opener: (directory: string) => T,
    private readonly inUse: (directory: string) => boolean = () => false,
  ) {}

  get(directory: string): T {
    const found = this.open.get(directory);
    if (found) {
      if (this.open.size > 1) {
        this.open.delete(directory);
        this.open.set(directory, found);
      }
      return found;
    }
    for (const [name] of this.open) {
      if (this.open.size < this.bound) break;
      if (!this.inUse(name)) this.close(name);
    }
    const opened = this.opener(directory);
    this.open.set(directory, opened);
    return opened;
  }

  /** Does not open it. */
  peek(directory: string): T | undefined {
    return this.open.get(directory);
  }

  close(directory: string): void {
    const found = this.open.get(directory);
    this.open.delete(directory);
    found?.close();
  }

  closeAll(): void {
    for (const directory of [...this.open.keys()]) this.close(directory);
  }
}
