import type { BranchInfo, HeliosError, LogMetrics } from "@heliosdb/port";
import type { CloneHelper } from "../clones/helper.js";
import { LogFigures } from "../log/log-figures.js";
import type { Confirmation } from "../log/messages.js";
import type { HostEvent } from "../process/events.js";
import type { WorkerLaunch } from "../process/worker-process.js";
import type { RequestSlots } from "../queue/request-slots.js";
import { DatabaseWrites } from "./database-writes.js";
import { DedicatedSlots } from "./dedicated-slots.js";
import { Maintenance } from "./maintenance.js";
import { GROUP_SIZES, type WriteCounters } from "./write-counters.js";
import { WriterSlot } from "./writer-slot.js";

export interface WriterPoolOptions {
  readonly writers: number;
  readonly launch: WorkerLaunch;
  readonly helper: CloneHelper;
  readonly transferHelper: CloneHelper;
  readonly requestSlots: RequestSlots;
  /** Processes for databases with open transactions. */
  readonly transactionWriters: number;
  readonly idleMs: number;
  readonly maintenanceEveryMs: number;
  readonly getBranch: (database: string, branch: string) => Promise<BranchInfo>;
  /** Called after each request that may have changed something, with the branches that it named. */
  readonly changed: (database: string, branches: readonly string[]) => void;
  readonly event: (event: HostEvent) => void;
  /** Called with files to which large commits were written; with null where any of them may have been. */
  readonly grown: (database: string | null, files: readonly string[]) => void;
}

/** The writer processes, and which of them each database belongs to. */
export class WriterPool {
  readonly counters: WriteCounters = {
    operations: 0,
    groups: 0,
    grouped: 0,
    largestGroup: 0,
    groupSizes: GROUP_SIZES.map(() => 0),
    timeouts: 0,
    kills: 0,
    rerun: 0,
    clones: 0,
  };
  private readonly logFigures = new LogFigures();
  private readonly shared: WriterSlot[];
  private readonly dedicated: DedicatedSlots;
  private readonly databases = new Map<string, DatabaseWrites>();
  private readonly maintenance = new Maintenance();
  private timer: NodeJS.Timeout | undefined;
  private maintaining = false;

  constructor(private readonly options: WriterPoolOptions) {
    const make = () =>
      new WriterSlot(options.launch, options.event, options.grown, (slot, confirmation) =>
        this.confirmed(slot, confirmation),
      );
    this.shared = Array.from({ length: options.writers }, make);
    this.dedicated = new DedicatedSlots(options.transactionWriters, make);
  }

  private confirmed(slot: WriterSlot, { database, confirmed, bytes, ms }: Confirmation): void {
    this.logFigures.added(bytes, ms);
    this.databases.get(database)?.confirmed(slot, confirmed);
  }

  private get slots(): readonly WriterSlot[] {
    return [...this.shared, ...this.dedicated.slots];
  }

  get queued(): number {
    let sum = 0;
    for (const writes of this.databases.values()) sum += writes.queued;
    return sum;
  }

  /** Null where the databases have no logs. */
  get log(): LogMetrics | null {
    if (!this.options.launch.confirms) return null;
    const waitingBytes = this.slots.reduce((sum, slot) => sum + slot.waitingBytes, 0);
    let heldAnswers = 0;
    for (const writes of this.databases.values()) heldAnswers += writes.heldAnswers;
    return this.logFigures.metrics({ waitingBytes, heldAnswers, waitingMs: this.waitingMs });
  }

  /** For how long the oldest change has been waiting for the store, in ms. */
  get waitingMs(): number {
    let longest = 0;
    for (const writes of this.databases.values()) longest = Math.max(longest, writes.waitingMs);
    return longest;
  }

  get restarts(): number {
    return this.slots.reduce((sum, { slot }) => sum + slot.restarts, 0);
  }

  get ready(): number {
    return this.slots.filter(({ slot }) => slot.ready).length;
  }

  get problems(): string[] {
    return this.slots.flatMap(({ slot }) => slot.problem ?? []);
  }

  get pids(): number[] {
    return this.slots.flatMap(({ slot }) => slot.pid ?? []);
  }

  async start(): Promise<void> {
    await Promise.all(this.shared.map(({ slot }) => slot.start()));
    this.timer = setInterval(() => void this.maintain(), this.options.maintenanceEveryMs);
    this.timer.unref();
  }

  /** Maintains every database in use, one after another. */
  private async maintain(): Promise<void> {
    if (this.maintaining) return;
    this.maintaining = true;
    try {
      for (const writes of [...this.databases.values()]) {
        // A failure of one database must not keep the others waiting.
        await writes
          .maintain()
          .catch((error) => this.options.event({ kind: "maintenance_failed", detail: String(error) }));
      }
    } finally {
      this.maintaining = false;
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([...this.shared.map(({ slot }) => slot.stop()), this.dedicated.stop()]);
    for (const writes of this.databases.values()) writes.end();
  }

  /** When a database was last written or maintained by this server; 0 for never. */
  changedAt(name: string): number {
    return this.databases.get(name)?.changedAt ?? 0;
  }

  of(name: string): DatabaseWrites {
    let writes = this.databases.get(name);
    if (!writes) {
      const { helper, transferHelper, requestSlots, idleMs, getBranch, changed } = this.options;
      writes = new DatabaseWrites({
        name,
        writerSlot: this.shared[hash(name) % this.shared.length]!,
        dedicated: this.dedicated,
        helper,
        transferHelper,
        maintenance: this.maintenance,
        requestSlots,
        counters: this.counters,
        idleMs,
        hasLog: this.options.launch.confirms === true,
        getBranch: (branch) => getBranch(name, branch),
        changed: (branches) => changed(name, branches),
      });
      this.databases.set(name, writes);
    }
    return writes;
  }

  /** Ends all writing to a database and closes it, or its log goes too. Waiting requests are rejected with `error`. */
  async drop(name: string, how: "drop" | "close", error: HeliosError): Promise<void> {
    await this.of(name).drop(how, error);
  }

  /** Allows a dropped database to be created again. */
  forget(name: string): void {
    this.databases.delete(name);
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
