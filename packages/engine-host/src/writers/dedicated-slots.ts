import type { CommandSource, WriterSlot } from "./writer-slot.js";

/** How long a process without a database is kept. */
const KEPT_MS = 60_000;

interface Dedicated {
  readonly slot: WriterSlot;
  readonly started: Promise<void>;
  readonly databases: Set<CommandSource>;
  ending: NodeJS.Timeout | undefined;
}

/**
 * Writer processes for databases with open transactions, or with writes that kept others waiting. A statement that exceeds
 * its timeout can only be stopped with its process, which ends every transaction in it; and while it runs, no other
 * database of the process is written. So a database gets a process of its own for as long as it has transactions or is
 * busy, if there are others beside it.
 */
export class DedicatedSlots {
  private readonly all: Dedicated[] = [];

  constructor(
    private readonly most: number,
    private readonly make: () => WriterSlot,
  ) {}

  get slots(): readonly WriterSlot[] {
    return this.all.map(({ slot }) => slot);
  }

  /** The slot for a database that is about to have a transaction. Rejects if its process does not start. */
  async take(database: CommandSource): Promise<WriterSlot> {
    const known = this.all.find(({ databases }) => databases.has(database));
    const chosen = known ?? this.free() ?? this.added() ?? this.leastUsed();
    clearTimeout(chosen.ending);
    chosen.databases.add(database);
    try {
      await chosen.started;
    } catch (error) {
      this.leave(database);
      this.remove(chosen);
      throw error;
    }
    return chosen.slot;
  }

  /** A database has gone back to its usual slot. */
  leave(database: CommandSource): void {
    for (const dedicated of this.all) {
      if (!dedicated.databases.delete(database) || dedicated.databases.size > 0) continue;
      dedicated.ending = setTimeout(() => {
        this.remove(dedicated);
        void dedicated.slot.slot.stop();
      }, KEPT_MS);
      dedicated.ending.unref();
    }
  }

  async stop(): Promise<void> {
    for (const { ending } of this.all) clearTimeout(ending);
    await Promise.all(this.all.map(({ slot }) => slot.slot.stop()));
  }

  private free(): Dedicated | undefined {
    return this.all.find(({ databases }) => databases.size === 0);
  }

  private added(): Dedicated | undefined {
    if (this.all.length >= this.most) return undefined;
    const slot = this.make();
    const made: Dedicated = { slot, started: slot.slot.start(), databases: new Set(), ending: undefined };
    this.all.push(made);
    return made;
  }

  private leastUsed(): Dedicated {
    return this.all.reduce((least, each) => (each.databases.size < least.databases.size ? each : least));
  }

  private remove(dedicated: Dedicated): void {
    const at = this.all.indexOf(dedicated);
    if (at >= 0) this.all.splice(at, 1);
  }
}
