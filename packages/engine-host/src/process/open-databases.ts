import { statSync } from "node:fs";

/**
 * The databases that a worker has open. The least recently used one is closed for a new one. Those that `inUse` names
 * stay open, even past the limit.
 */
export class OpenDatabases<T extends { close(): void }> {
  private readonly open = new Map<string, T>();
  /** The folder that each was opened in, where it is looked at. */
  private readonly folders = new Map<string, string | null>();

  /** @param pathOf the folder of a database, for `isReplaced` */
  constructor(
    private readonly bound: number,
    private readonly opener: (directory: string) => T,
    private readonly inUse: (directory: string) => boolean = () => false,
    private readonly pathOf: ((directory: string) => string) | null = null,
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
    // Looked at first: if it is replaced meanwhile, the database is opened once more than it need be.
    if (this.pathOf) this.folders.set(directory, identityOf(this.pathOf(directory)));
    const opened = this.opener(directory);
    this.open.set(directory, opened);
    return opened;
  }

  /**
   * Whether an open database has another folder now: its files were removed under it, and SQLite goes on with them for
   * ever.
   */
  isReplaced(directory: string): boolean {
    if (this.pathOf === null || !this.open.has(directory)) return false;
    return identityOf(this.pathOf(directory)) !== this.folders.get(directory);
  }

  /** Does not open it. */
  peek(directory: string): T | undefined {
    return this.open.get(directory);
  }

  close(directory: string): void {
    const found = this.open.get(directory);
    this.open.delete(directory);
    this.folders.delete(directory);
    found?.close();
  }

  closeAll(): void {
    for (const directory of [...this.open.keys()]) this.close(directory);
  }
}

/** Null for a folder that isn't there. */
function identityOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : null;
}
