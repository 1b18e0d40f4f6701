import { setTimeout as wait } from "node:timers/promises";
import { Bases, Connections } from "@heliosdb/store";
import { compactLog } from "./compact-log.js";
import { COMPACTION, type CompactionLimits } from "./limits.js";

export interface CompactorOptions {
  readonly urls: readonly string[];
  readonly cell: string;
  readonly limits?: Partial<CompactionLimits>;
  onEvent?(text: string): void;
}

/**
 * Moves the bases of a cell's logs on when the logs have become long. It needs the store alone, and several at once do
 * no harm.
 */
export class Compactor {
  private readonly stopping = new AbortController();
  private readonly connections: Connections;
  private readonly bases: Bases;
  private readonly limits: CompactionLimits;
  /** Names of logs that could not be compacted; null for the store. */
  private readonly failing = new Set<string | null>();
  private readonly running: Promise<void>;

  constructor(private readonly options: CompactorOptions) {
    this.limits = { ...COMPACTION, ...options.limits };
    this.connections = new Connections(options.urls, 1);
    this.bases = new Bases(this.connections, options.cell, this.stopping.signal);
    this.running = this.run();
  }

  /** Ends what is under way, which leaves a base where it was. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error("the compaction was stopped"));
    await this.running;
    await this.connections.close();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await wait(this.limits.lookMs, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await this.look();
    }
  }

  private async look(): Promise<void> {
    const { logBytes, partOfBase, keepBytes } = this.limits;
    await this.try(null, async () => {
      for (const { name, head } of await this.bases.behind(logBytes, partOfBase, keepBytes)) {
        await this.try(name, () => compactLog(this.bases, name, head, this.limits));
      }
    });
  }

  /** Says once what fails, and when it doesn't any more. */
  private async try(name: string | null, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      if (this.failing.delete(name)) this.say(`${whatOf(name)} can be compacted again`);
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      if (!this.failing.has(name)) this.say(`${whatOf(name)} can't be compacted: ${messageOf(error)}`);
      this.failing.add(name);
    }
  }

  private say(text: string): void {
    this.options.onEvent?.(text);
  }
}

function whatOf(name: string | null): string {
  return name === null ? "the logs" : `the log of ${name}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
