import { join } from "node:path";
import { DEFAULT_RESULT_BYTES } from "@heliosdb/engine";
import type { Retention } from "@heliosdb/port";
import type { FolderLock } from "../lock/folder-lock.js";
import type { LogStore } from "../log/log-store.js";
import type { HostEvent } from "../process/events.js";

/** The modules that child processes run. Others are for tests of the host itself. */
export interface WorkerEntries {
  readonly reader: URL;
  readonly writer: URL;
  readonly helper: URL;
  readonly backup: URL;
}

export interface EngineHostOptions {
  /** The server's data folder. Databases live in `databases/<directory>/`, the lock is `lock.db`. */
  readonly dataDir: string;
  /** Reader processes in service; one more stands by. Default 2. */
  readonly readers?: number;
  /** Reader processes for reads that run for long, started when they are needed. Default 4. */
  readonly heavyReaders?: number;
  /** Writer processes, over which databases are spread. Default 1. */
  readonly writers?: number;
  /** Added to the wall clock to give the engine's time. Default 0. */
  readonly clockOffsetMs?: number;
  readonly defaultDeadlineMs: number;
  /** Longer deadlines are cut to this. */
  readonly maxDeadlineMs: number;
  /** Maximum number of rows of one result. */
  readonly maxRows: number;
  /** Maximum bytes of values in one result; a stream has no limit. Default 32 MiB. */
  readonly maxAnswerBytes?: number;
  /** JavaScript heap of each child process. Default 512. */
  readonly workerMemoryMb?: number;
  /** Maximum number of reads of one database that run or wait, and the same for writes. Default 1,000. */
  readonly maxQueuedPerDatabase?: number;
  /** Maximum number of reads of all databases that run or wait, and the same for writes. Default 4,000. */
  readonly maxQueued?: number;
  /** Databases that one child process keeps open. Default 64. */
  readonly maxOpenDatabases?: number;
  /**
   * How long history is kept if a database has no setting of its own. Default: 30 days, any size, 7 days for deleted
   * branches.
   */
  readonly retention?: Retention;
  /** How often a database in use is maintained: expiry, retention, unneeded files. Default 60,000. */
  readonly maintenanceEveryMs?: number;
  /** A writer closes a database that has not been written to for this long. Default 60,000. */
  readonly writerIdleMs?: number;
  /** Maximum number of streamed queries over all databases; half of them for one. Default 8. */
  readonly maxStreams?: number;
  /** Maximum bytes on disk of a stream's rows that wait for a slow caller. Default 256 MiB. */
  readonly streamSpoolBytes?: number;
  /**
   * Writer processes for databases with open transactions, started when they are needed: so that a slow statement of one
   * disturbs no other database. Default 4.
   */
  readonly transactionWriters?: number;
  /** Maximum number of open transactions over all databases. Default 1,000. */
  readonly maxTransactions?: number;
  /** The same for one owner. Default 100. */
  readonly maxTransactionsPerOwner?: number;
  /** Whether short reads run in this process. Default true, unless `entries` names a reader. */
  readonly fastLane?: boolean;
  /**
   * Where each database has a log, which has every write before anybody is told of it, or shown it. Default: there are no
   * logs.
   */
  readonly store?: LogStore;
  /** The data folder's lock, where the caller has it already (`lockFolder`). The host releases it. */
  readonly lock?: FolderLock;
  /** Where backups are kept, one folder each. Default: `backups` in the data folder. */
  readonly backupDir?: string;
  /** Version of the software that uses the host, for files that describe it. Default "unknown". */
  readonly version?: string;
  /** Called with events that an operator may want in a log. */
  readonly onEvent?: (event: HostEvent) => void;
  readonly entries?: Partial<WorkerEntries>;
}

export interface HostSettings extends Required<Omit<EngineHostOptions, "entries" | "store" | "lock">> {
  readonly entries: WorkerEntries;
  readonly store?: LogStore;
}

/** Fills in the defaults. Throws RangeError for a number outside its range. */
export function settingsOf(options: EngineHostOptions): HostSettings {
  const settings: HostSettings = {
    readers: 2,
    heavyReaders: 4,
    writers: 1,
    maxAnswerBytes: DEFAULT_RESULT_BYTES,
    clockOffsetMs: 0,
    workerMemoryMb: 512,
    maxQueuedPerDatabase: 1000,
    maxQueued: 4000,
    maxOpenDatabases: 64,
    writerIdleMs: 60_000,
    maxStreams: 8,
    transactionWriters: 4,
    maxTransactions: 1000,
    maxTransactionsPerOwner: 100,
    streamSpoolBytes: 256 * 1024 * 1024,
    maintenanceEveryMs: 60_000,
    retention: { historyMs: 30 * DAY, historyBytes: null, deletedMs: 7 * DAY },
    fastLane: options.entries?.reader === undefined,
    backupDir: join(options.dataDir, "backups"),
    version: "unknown",
    onEvent: () => {},
    ...withoutUndefined(options),
    // Each in one file, which is loaded in less than half the time.
    entries: {
      reader: new URL("../bundle/readers/main.js", import.meta.url),
      // What a log takes is loaded only where there is one.
      writer: new URL(`../bundle/writers/${options.store ? "with-log" : "main"}.js`, import.meta.url),
      helper: new URL("../bundle/clones/main.js", import.meta.url),
      backup: new URL("../bundle/backups/main.js", import.meta.url),
      ...options.entries,
    },
  };
  for (const name of COUNTS) {
    const value = settings[name];
    if (!Number.isInteger(value) || value < 1 || value > MOST) {
      throw new RangeError(`${name} must be an integer from 1 to ${MOST}.`);
    }
  }
  if (!Number.isFinite(settings.clockOffsetMs)) throw new RangeError("clockOffsetMs must be a number.");
  return Object.freeze(settings);
}

const DAY = 86_400_000;

/** The longest delay of a timer. */
const MOST = 2 ** 31 - 1;

const COUNTS = [
  "readers",
  "heavyReaders",
  "writers",
  "defaultDeadlineMs",
  "maxDeadlineMs",
  "maxRows",
  "maxAnswerBytes",
  "workerMemoryMb",
  "maxQueuedPerDatabase",
  "maxQueued",
  "maxOpenDatabases",
  "writerIdleMs",
  "maintenanceEveryMs",
  "maxStreams",
  "transactionWriters",
  "maxTransactions",
  "maxTransactionsPerOwner",
  "streamSpoolBytes",
] as const;

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
