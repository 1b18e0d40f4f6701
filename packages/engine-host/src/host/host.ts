import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CopyRequest, DatabaseUsage, LineForm, ReadOperation, Weighed, WeighRequest } from "@heliosdb/engine";
import type {
  BackupInfo,
  BranchInfo,
  Cancellation,
  Capabilities,
  ChangesPort,
  DatabaseHostPort,
  DatabasePort,
  HeliosError,
  HostHealth,
  PortMetrics,
  PortUsage,
  ResolvedPoint,
  StreamRequest,
} from "@heliosdb/port";
import { BackupStore } from "../backups/backup-store.js";
import { Backups } from "../backups/backups.js";
import { CloneHelper } from "../clones/helper.js";
import {
  badDirectory,
  cancelledWaiting,
  folderUnusable,
  released,
  shuttingDown,
  tenantGone,
} from "../errors/errors.js";
import { Lane } from "../lane/lane.js";
import type { OutsideLaneHost, OutsideLaneLink } from "../lane/outside-lane.js";
import { type FolderLock, LOCK_FILE, lockFolder } from "../lock/folder-lock.js";
import { STORE_VARIABLE } from "../log/log-store.js";
import type { WorkerKind } from "../process/events.js";
import type { WorkerLaunch } from "../process/worker-process.js";
import { RequestSlots } from "../queue/request-slots.js";
import { LazyReaders } from "../readers/lazy-readers.js";
import { ReaderPool } from "../readers/pool.js";
import { Spool } from "../readers/spool.js";
import type { SpooledLines } from "../readers/spooled-lines.js";
import { StreamSlots } from "../readers/stream-slots.js";
import { typedRows } from "../readers/typed-rows.js";
import { TransactionFigures } from "../transactions/figures.js";
import { TransactionSlots } from "../transactions/limits.js";
import { Transactions } from "../transactions/transactions.js";
import type { DatabaseWrites } from "../writers/database-writes.js";
import { WriterPool } from "../writers/pool.js";
import { HostedChanges } from "./changes.js";
import { hostedDatabase, type Runner } from "./database.js";
import { heldRead, heldStream } from "./held-answers.js";
import { logHealth } from "./log-health.js";
import { type HostCounters, portMetrics } from "./metrics.js";
import { type EngineHostOptions, type HostSettings, settingsOf } from "./options.js";
import { clearTransfers, Transfers } from "./transfers.js";
import { UsageCounter } from "./usage.js";

/** Prefix for a dropped database's folder until it is deleted. No database can have a name with a dot. */
const DROPPED = ".dropped-";
/** On a busy machine, three readers for heavy requests get together as much as another process. */
const HEAVY_NICENESS = 5;
/** Number of streams that can run at a time: two of one database, since one place is always kept for others. */
const STREAM_READERS = 3;

/**
 * The reader that stands by and the helper start so long after the others: the first requests seldom need them, and would
 * have to share the cores with them.
 */
const OTHERS_START_AFTER_MS = 1_000;

const USAGE_DEADLINE_MS = 5_000;
const WEIGH_DEADLINE_MS = 30_000;

/** A host whose processes are starting. Close it if one of them can't. */
export interface BegunHost {
  /** Its requests wait until it is ready. */
  readonly host: EngineHost;
  /** Rejects with WORKER_LOST where a process can't be started. */
  readonly ready: Promise<void>;
}

/** Runs versioned databases in child processes, behind the port that the server uses. */
export class EngineHost implements DatabaseHostPort {
  private readonly databases = new Map<string, DatabasePort>();
  private readonly feeds = new Map<string, HostedChanges>();
  private readonly drops = new Map<string, Promise<void>>();
  private readonly transactions = new Map<string, Transactions>();
  private readonly transactionSlots: TransactionSlots;
  private readonly transactionFigures = new TransactionFigures();
  private readonly reads: RequestSlots;
  private readonly writes: RequestSlots;
  private readonly readers: ReaderPool;
  /** Used only by streams. */
  private readonly streamReaders: LazyReaders;
  private readonly writers: WriterPool;
  /** Null where it is switched off. */
  private readonly lane: Lane | null;
  /** Lanes in other processes. */
  private readonly outsideLanes = new Set<OutsideLaneLink>();
  private outsideReads = 0;
  private readonly helper: CloneHelper;
  private readonly transferHelper: CloneHelper;
  private readonly usageCounter: UsageCounter;
  private readonly backups: Backups;
  private readonly backupStore: BackupStore;
  private readonly streamPlaces: StreamSlots;
  private readonly transfers: Transfers;
  private startingOthers: NodeJS.Timeout | undefined;
  private closing: Promise<void> | null = null;

  /**
   * Locks the data folder and starts the processes. Rejects with STORAGE_UNAVAILABLE if the folder can't be used, or
   * another server uses it.
   */
  static async start(options: EngineHostOptions): Promise<EngineHost> {
    const { host, ready } = await EngineHost.begin(options);
    try {
      await ready;
      return host;
    } catch (error) {
      await host.end();
      throw error;
    }
  }

  /** The same, without waiting for the processes. */
  static async begin(options: EngineHostOptions): Promise<BegunHost> {
    const settings = settingsOf(options);
    const databasesDir = join(settings.dataDir, "databases");
    const lockFile = join(settings.dataDir, LOCK_FILE);
    await mkdir(databasesDir, { recursive: true }).catch((error) => {
      throw folderUnusable(settings.dataDir, error);
    });
    const tempDir = join(settings.dataDir, "tmp");
    const lock = options.lock ?? (await lockFolder(settings.dataDir, lockFile));
    const host = new EngineHost(settings, databasesDir, tempDir, lockFile, lock);
    try {
      await clearTemp(tempDir);
      const ready = host.startProcesses();
      // Whoever began waits for it later.
      ready.catch(() => {});
      await host.clearDropped();
      return { host, ready };
    } catch (error) {
      await host.end();
      throw error;
    }
  }

  private async startProcesses(): Promise<void> {
    await Promise.all([this.readers.start(), this.writers.start()]);
    this.startingOthers = setTimeout(() => {
      this.readers.startStandBy();
      this.helper.start();
    }, OTHERS_START_AFTER_MS);
    this.startingOthers.unref();
  }

  private constructor(
    private readonly settings: HostSettings,
    private readonly databasesDir: string,
    tempDir: string,
    lockFile: string,
    private readonly lock: FolderLock,
  ) {
    const { entries, workerMemoryMb: memoryMb, clockOffsetMs, maxOpenDatabases, onEvent: event } = settings;
    const { retention, maxAnswerBytes } = settings;
    // A folder that lacks something is made from its log again.
    const mayBeReplaced = settings.store !== undefined;
    const sizes = { clockOffsetMs, maxOpenDatabases, retention, maxAnswerBytes };
    const args = { databasesDir, tempDir, lockFile, mayBeReplaced, ...sizes };
    const launch = (kind: WorkerKind): WorkerLaunch => ({
      ...{ kind, entry: entries[kind], memoryMb, args },
      ...(kind === "writer" &&
        settings.store && { confirms: true, secrets: { [STORE_VARIABLE]: JSON.stringify(settings.store) } }),
    });
    this.reads = new RequestSlots(settings.maxQueuedPerDatabase, settings.maxQueued);
    this.writes = new RequestSlots(settings.maxQueuedPerDatabase, settings.maxQueued);
    this.transactionSlots = new TransactionSlots(settings.maxTransactions, settings.maxTransactionsPerOwner);
    this.streamPlaces = new StreamSlots(settings.maxStreams);
    this.helper = new CloneHelper(launch("helper"), event);
    this.transferHelper = new CloneHelper(launch("helper"), event);
    const pool = {
      launch: launch("reader"),
      requestSlots: this.reads,
      makeCopy: (database: string, request: CopyRequest) => this.writers.of(database).makeCopy(request),
      event,
    };
    const { readers, heavyReaders } = settings;
    const launchHeavy = { ...pool.launch, niceness: HEAVY_NICENESS };
    this.readers = new ReaderPool({ ...pool, readers, standBy: 1, heavyReaders, launchHeavy });
    const forStreams = { ...pool, readers: 0, standBy: 0, heavyReaders: STREAM_READERS, launchHeavy: pool.launch };
    this.streamReaders = new LazyReaders(() => new ReaderPool(forStreams));
    this.writers = new WriterPool({
      writers: settings.writers,
      transactionWriters: settings.transactionWriters,
      launch: launch("writer"),
      helper: this.helper,
      transferHelper: this.transferHelper,
      requestSlots: this.writes,
      idleMs: settings.writerIdleMs,
      maintenanceEveryMs: settings.maintenanceEveryMs,
      getBranch: (database, branch) =>
        this.readers.read(
          database,
          { op: "getBranch", request: { branch } },
          settings.maxDeadlineMs,
          null,
        ) as Promise<BranchInfo>,
      changed: (database, branches) => this.feeds.get(database)?.tell(branches),
      event,
      grown: (database, files) => {
        this.lane?.grown(database, files);
        for (const lane of this.outsideLanes) lane.grown(database, files);
      },
    });
    const lane = {
      databasesDir,
      mayBeReplaced,
      engine: { clockOffsetMs, retention, maxAnswerBytes },
      requestSlots: this.reads,
      weigh: (database: string, request: WeighRequest) => this.weigh(database, request),
      elsewhere: (database: string, operation: ReadOperation, deadlineMs: number) =>
        this.readers.read(database, operation, deadlineMs, this.writers.of(database).open()),
    };
    this.lane = settings.fastLane ? new Lane(lane) : null;
    this.backups = new Backups({
      databasesDir,
      launch: { entry: entries.backup, memoryMb, args },
      writesOf: (database) => this.writers.of(database),
    });
    this.backupStore = new BackupStore(this.backups, settings.dataDir, settings.backupDir, settings.version);
    this.transfers = new Transfers(databasesDir);
    this.usageCounter = new UsageCounter({
      databasesDir,
      changedAt: (database) => this.writers.changedAt(database),
      ask: (database) =>
        this.readers.read(database, { op: "usage", request: {} }, USAGE_DEADLINE_MS, null) as Promise<DatabaseUsage>,
    });
  }

  capabilities(): Capabilities {
    const { defaultDeadlineMs, maxDeadlineMs, maxRows, maxAnswerBytes } = this.settings;
    return {
      dialect: "sqlite",
      ...{ defaultDeadlineMs, maxDeadlineMs, maxRows, maxResultBytes: maxAnswerBytes },
      ...{ files: true, jsonStreams: true, backups: true },
    };
  }

  /** Throws INVALID_FIELD for a name that is not a plain folder name. */
  database(directory: string): DatabasePort {
    let database = this.databases.get(directory);
    if (!database) {
      database = hostedDatabase(this.runner(directory));
      this.databases.set(directory, database);
    }
    return database;
  }

  /** Throws INVALID_FIELD for a name that is not a plain folder name. */
  changes(directory: string): ChangesPort {
    let feed = this.feeds.get(directory);
    if (!feed) {
      feed = new HostedChanges(this.runner(directory));
      this.feeds.set(directory, feed);
    }
    return feed.port;
  }

  private runner(directory: string): Runner {
    checkDirectory(directory);
    // Requests that outlive a drop of the database stay refused: they must not create it again.
    const writes = this.writers.of(directory);
    const readNow = (operation: ReadOperation, deadlineMs: number, cancellation?: Cancellation) => {
      if (this.closing) return Promise.reject(shuttingDown());
      if (cancellation?.stopsReads) return Promise.reject(cancelledWaiting());
      const opened = writes.open();
      const fast = opened === null ? this.lane?.read(directory, operation, deadlineMs) : null;
      return fast ?? this.readers.read(directory, operation, deadlineMs, opened, cancellation);
    };
    const read: typeof readNow = this.settings.store
      ? (operation, deadlineMs, cancellation) =>
          heldRead(writes, deadlineMs, cancellation, () => readNow(operation, deadlineMs, cancellation))
      : readNow;
    const transactions = this.transactionsOf(directory, writes, read);
    return {
      transactions: transactions.methods,
      maxRows: this.settings.maxRows,
      // Not async functions: each would delay a result by three turns of the promise queue.
      read: (operation, deadlineMs, cancellation) => read(operation, this.deadline(deadlineMs), cancellation),
      streamQuery: async (request, signal) => typedRows(await this.stream(directory, request, "exact", signal)),
      streamJson: ({ rows, ...request }, signal) => this.stream(directory, request, rows, signal),
      write: (operation, deadlineMs, cancellation) => {
        if (this.closing) return Promise.reject(shuttingDown());
        const submit = () => writes.submit(operation, this.deadline(deadlineMs), cancellation);
        return transactions.run(operation, submit);
      },
      exportFile: async (request) => {
        this.refuseWhileClosing();
        return this.transfers.export(writes, request);
      },
      importFile: async (request, bytes) => {
        this.refuseWhileClosing();
        return this.transfers.import(writes, directory, request, bytes);
      },
    };
  }

  private transactionsOf(
    directory: string,
    writes: DatabaseWrites,
    read: (operation: ReadOperation, deadlineMs: number, cancellation?: Cancellation) => Promise<unknown>,
  ): Transactions {
    let transactions = this.transactions.get(directory);
    if (!transactions) {
      const { maxRows, defaultDeadlineMs } = this.settings;
      transactions = new Transactions({
        writes,
        slots: this.transactionSlots,
        figures: this.transactionFigures,
        maxRows,
        read,
        getBranch: (branch) => read({ op: "getBranch", request: { branch } }, defaultDeadlineMs) as Promise<BranchInfo>,
        listBranches: () => {
          const all = { op: "listBranches", request: {} } as const;
          return read(all, defaultDeadlineMs) as Promise<readonly BranchInfo[]>;
        },
        resolve: (request) => read({ op: "resolve", request }, defaultDeadlineMs) as Promise<ResolvedPoint>,
        isClosing: () => this.closing !== null,
      });
      this.transactions.set(directory, transactions);
      writes.transactions = transactions;
    }
    return transactions;
  }

  /** Deletes a database with everything in it. Running requests fail with TENANT_NOT_FOUND. */
  async dropDatabase(directory: string): Promise<void> {
    await this.ended(directory, () => this.drop(directory, "drop", tenantGone()));
  }

  /**
   * Ends the use of a database here, and removes its folder, which can be made from its log: another host may use it now.
   * Whoever still waits for it hears that the outcome is unknown.
   */
  async releaseDatabase(directory: string): Promise<void> {
    if (!this.settings.store) throw new Error("a database without a log can't be released");
    await this.ended(directory, () => this.drop(directory, "close", released()));
  }

  /** Ends a database's use once, however many ask for it. */
  private async ended(directory: string, end: () => Promise<void>): Promise<void> {
    this.refuseWhileClosing();
    checkDirectory(directory);
    let drop = this.drops.get(directory);
    if (!drop) {
      drop = end().finally(() => this.drops.delete(directory));
      this.drops.set(directory, drop);
    }
    await drop;
  }

  async backup(name?: string): Promise<BackupInfo> {
    this.refuseWhileClosing();
    return this.backupStore.make(name);
  }

  listBackups(): Promise<readonly BackupInfo[]> {
    return this.backupStore.list();
  }

  async health(): Promise<HostHealth> {
    const streams = this.streamReaders.now;
    const readers = [...this.readers.problems, ...(streams?.problems ?? [])];
    const helpers = [...this.helper.problems, ...this.transferHelper.problems];
    const parts = [
      { name: "readers", ready: this.readers.ready, problem: readers[0] ?? null },
      { name: "writers", ready: this.writers.ready, problem: this.writers.problems[0] ?? null },
      { name: "helpers", ready: 2 - helpers.length, problem: helpers[0] ?? null },
      ...(this.settings.store ? [logHealth(this.writers.waitingMs)] : []),
    ];
    return {
      ok: parts.every(({ problem }) => problem === null) && this.closing === null,
      parts,
      queued: this.readers.queued + (streams?.queued ?? 0) + this.writers.queued,
      restarts: this.readers.restarts + (streams?.restarts ?? 0) + this.writers.restarts + this.helper.restarts,
    };
  }

  metrics(): Promise<PortMetrics> {
    return portMetrics(this.counters());
  }

  usage(): Promise<PortUsage> {
    return this.usageCounter.count();
  }

  /** All counters since the start. */
  counters(): HostCounters {
    const reads = this.readers;
    const streams = this.streamReaders.now;
    return {
      reads: {
        ...(streams ? summed(reads.counters, streams.counters) : reads.counters),
        reads: reads.counters.reads + (streams?.counters.reads ?? 0) + this.laneReads,
        inLane: this.laneReads,
        inHand: this.reads.inHand,
        queued: reads.queued + (streams?.queued ?? 0),
      },
      transactions: this.transactionFigures.metrics(this.transactionSlots.open),
      writes: { ...this.writers.counters, inHand: this.writes.inHand, queued: this.writers.queued },
      log: this.writers.log,
      restarts: {
        reader: reads.restarts + (streams?.restarts ?? 0),
        writer: this.writers.restarts,
        helper: this.helper.restarts,
      },
      pids: { reader: [...reads.pids, ...(streams?.pids ?? [])], writer: this.writers.pids, helper: this.helper.pids },
    };
  }

  /** Connects a lane in another process, which is told what changes until it is detached. */
  attachLane(lane: OutsideLaneLink): OutsideLaneHost {
    const { clockOffsetMs, retention, maxAnswerBytes, maxRows, maxQueuedPerDatabase, maxQueued } = this.settings;
    const engine = { clockOffsetMs, retention, maxAnswerBytes };
    this.outsideLanes.add(lane);
    return {
      settings: { databasesDir: this.databasesDir, engine, maxRows, maxQueuedPerDatabase, maxQueued },
      weigh: async (database, request) => {
        this.refuseWhileClosing();
        // A lane may ask late: a database that was dropped must not be created again.
        if (!this.databases.has(database)) throw tenantGone();
        await this.writers.of(database).open();
        const weighed = await this.weigh(database, request);
        // Only this process knows what may be told.
        return this.settings.store ? { ...weighed, isShort: false } : weighed;
      },
      ran: (reads) => {
        this.outsideReads += reads;
      },
      detach: () => this.outsideLanes.delete(lane),
    };
  }

  close(): Promise<void> {
    this.closing ??= this.drain().then(() => this.end());
    return this.closing;
  }

  private get laneReads(): number {
    return (this.lane?.reads ?? 0) + this.outsideReads;
  }

  private weigh(database: string, request: WeighRequest): Promise<Weighed> {
    return this.readers.readOwn(database, { op: "weigh", request }, WEIGH_DEADLINE_MS) as Promise<Weighed>;
  }

  private async stream(
    directory: string,
    request: StreamRequest,
    form: LineForm,
    signal: AbortSignal | undefined,
  ): Promise<SpooledLines> {
    this.refuseWhileClosing();
    const release = this.streamPlaces.take(directory);
    try {
      const path = await this.transfers.spoolPath(this.writers.of(directory), directory);
      const spool = await Spool.create(path, this.settings.streamSpoolBytes);
      try {
        const readers = await this.streamReaders.started();
        this.refuseWhileClosing();
        const deadlineMs = this.deadline(request.deadlineMs);
        const stream = await readers.stream(directory, request, form, deadlineMs, spool, signal, release);
        await heldStream(this.writers.of(directory), stream, deadlineMs, signal);
        return stream;
      } catch (error) {
        await spool.close();
        throw error;
      }
    } catch (error) {
      release();
      throw error;
    }
  }

  private async drain(): Promise<void> {
    await Promise.allSettled(this.drops.values());
    await Promise.all([this.reads.idle(), this.writes.idle()]);
  }

  private async end(): Promise<void> {
    clearTimeout(this.startingOthers);
    this.backups.cancel();
    this.lane?.close();
    await Promise.all([
      this.helper.stop(),
      this.transferHelper.stop(),
      this.writers.stop(),
      this.readers.stop(),
      this.streamReaders.stop(),
    ]);
    this.lock.release();
  }

  private refuseWhileClosing(): void {
    if (this.closing) throw shuttingDown();
  }

  private deadline(wanted = this.settings.defaultDeadlineMs): number {
    return Math.max(0, Math.min(wanted, this.settings.maxDeadlineMs));
  }

  private async drop(directory: string, how: "drop" | "close", gone: HeliosError): Promise<void> {
    this.transactions.get(directory)?.drop(gone);
    const closeReaders = () => {
      this.lane?.closeDatabase(directory, gone);
      return Promise.all([
        this.readers.closeDatabase(directory, gone),
        this.streamReaders.now?.closeDatabase(directory, gone),
        ...[...this.outsideLanes].map((lane) => lane.closeDatabase(directory)),
      ]);
    };
    await Promise.all([this.writers.drop(directory, how, gone), closeReaders()]);
    const left = join(this.databasesDir, `${DROPPED}${randomUUID()}`);
    try {
      await rename(join(this.databasesDir, directory), left);
      // The host's own reads, for example for its usage, may have opened the database since: the next database with
      // this id must not be read from these files.
      await closeReaders();
      await rm(left, { recursive: true, force: true });
    } catch (error) {
      // A database that nobody has used has no folder yet.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw folderUnusable(this.settings.dataDir, error);
    } finally {
      this.writers.forget(directory);
      this.databases.delete(directory);
      this.feeds.delete(directory);
      this.transactions.delete(directory);
    }
  }

  /** A server that ended while it dropped a database, or moved files, may have left a part of them. */
  private async clearDropped(): Promise<void> {
    for (const name of await readdir(this.databasesDir)) {
      const folder = join(this.databasesDir, name);
      if (name.startsWith(DROPPED)) await rm(folder, { recursive: true, force: true });
      else await clearTransfers(join(folder, "transfers"));
    }
  }
}

function checkDirectory(directory: string): void {
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(directory)) throw badDirectory(directory);
}

/**
 * SQLite removes the names of its files as soon as it opens them; where it can't, a dead process leaves them behind.
 */
async function clearTemp(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  const ours = names.filter((name) => name.startsWith("etilqs_"));
  await Promise.all(ours.map((name) => rm(join(folder, name), { force: true })));
}

function summed<C extends { readonly [name: string]: number }>(one: C, other: C): C {
  return Object.fromEntries(Object.keys(one).map((name) => [name, one[name]! + other[name]!])) as C;
}
