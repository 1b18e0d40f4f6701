import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseUsage } from "@heliosdb/engine";
import type { PortUsage } from "@heliosdb/port";

/** Counts are valid for this long, and for this many times as long as counting took. */
const FRESH_MS = 15_000;
const PATIENCE_FACTOR = 20;

export interface UsageSource {
  readonly databasesDir: string;
  /** When a database was last changed by this server; 0 for never. */
  changedAt(database: string): number;
  ask(database: string): Promise<DatabaseUsage>;
}

/** Counts the size and content of databases, with a minimum interval between counts. */
export class UsageCounter {
  private last: { readonly until: number; readonly usage: PortUsage } | null = null;
  private counting: Promise<PortUsage> | null = null;
  private readonly known = new Map<string, { readonly at: number; readonly usage: DatabaseUsage }>();

  constructor(private readonly source: UsageSource) {}

  async count(): Promise<PortUsage> {
    if (this.last && performance.now() < this.last.until) return this.last.usage;
    this.counting ??= this.countAnew().finally(() => {
      this.counting = null;
    });
    return this.counting;
  }

  private async countAnew(): Promise<PortUsage> {
    const start = performance.now();
    const bytes: { [kind: string]: number } = { branches: 0, snapshots: 0, copies: 0, transfers: 0, record: 0 };
    const names = (await listed(this.source.databasesDir)).filter((name) => /^[A-Za-z0-9_-]+$/.test(name));
    let branches = 0;
    let oldest: number | null = null;
    for (const name of names) {
      await addSizes(join(this.source.databasesDir, name), bytes);
      const usage = await this.ask(name);
      branches += usage?.branches ?? 0;
      if (usage) oldest = Math.min(oldest ?? usage.oldest, usage.oldest);
    }
    for (const name of this.known.keys()) if (!names.includes(name)) this.known.delete(name);
    const usage = { databases: names.length, branches, oldest, bytes };
    const now = performance.now();
    this.last = { until: now + Math.max(FRESH_MS, PATIENCE_FACTOR * (now - start)), usage };
    return usage;
  }

  /** An unchanged database keeps its last result, so thousands of idle ones are not opened each time. */
  private async ask(name: string): Promise<DatabaseUsage | null> {
    const known = this.known.get(name);
    if (known && this.source.changedAt(name) < known.at) return known.usage;
    const at = Date.now();
    try {
      const usage = await this.source.ask(name);
      this.known.set(name, { at, usage });
      return usage;
    } catch {
      // Not created yet, written by an earlier release and not opened since, or the readers are overloaded.
      return known?.usage ?? null;
    }
  }
}

/** Each folder of a database is one kind; the files beside the folders are its record. */
async function addSizes(folder: string, bytes: { [kind: string]: number }): Promise<void> {
  for (const name of await listed(folder)) {
    if (name in bytes) {
      for (const file of await listed(join(folder, name))) bytes[name]! += await sizeOf(join(folder, name, file));
    } else bytes.record! += await sizeOf(join(folder, name));
  }
}

/** Files appear and disappear while they are counted. */
async function listed(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? found.size : 0;
}
