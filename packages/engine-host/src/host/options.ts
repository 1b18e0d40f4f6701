import { join } from "node:path";
import { DEFAULT_ANSWER_BYTES } from "@heliosdb/engine";
import type { Retention } from "@heliosdb/port";
import type { HostEvent } from "../process/events.js";

/** The modules that child processes run. Other ones are for tests of the host itself. */
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
  /** Writer processes, over which databases are spread. Default 1. */
  readonly writers?: number;
  /** Added to the wall clock to give the engine's time. Default 0. */
  readonly clockOffsetMs?: number;
  readonly defaultDeadlineMs: number;
  /** Longer deadlines are cut to this. */
  readonly maxDeadlineMs: number;
  /** Most rows of one answer. */
  readonly maxRows: number;
  /** Most bytes of values in one answer; a stream may have any number. Default 32 MiB. */
  readonly maxAnswerBytes?: number;
  /** JavaScript heap of each child process. Default 512. */
  readonly workerMemoryMb?: number;
  /** Reads of one database in hand at once, and the same for writes. Default 1,000. */
  readonly maxQueuedPerDatabase?: number;
  /** Reads of all databases in hand at once, and the same for writes. Default 4,000. */
  readonly maxQueued?: number;
  /** Databases that one child process keeps open. Default 64. */
  readonly maxOpenDatabases?: number;
  /** How long the past is kept where nothing else was set for a database. Default: 30 days, any size, 7 days. */
  readonly retention?: Retention;
  /** How often a database in use is looked after: expiry, retention, files that nobody needs. Default 60,000. */
  readonly maintenanceEveryMs?: number;
  /** A writer closes a database that has not been written to for this long. Default 60,000. */
  readonly writerIdleMs?: number;
  /** Streamed queries under way at once, over all databases; half of them for one. Default 8. */
  readonly maxStreams?: number;
  /** Rows of a stream that lie ready for a caller who reads slowly, in bytes on disk. Default 256 MiB. */
  readonly streamSpoolBytes?: number;
  /** Where backups are kept, one folder each. Default: `backups` in the data folder. */
  readonly backupDir?: string;
  /** Of the software that uses the host, for what it writes down of itself. Default "unknown". */
  readonly version?: string;
  /** Told of what an operator may want in a log. */
  readonly onEvent?: (event: HostEvent) => void;
  readonly entries?: Partial<WorkerEntries>;
}

export interface HostSettings extends Required<Omit<EngineHostOptions, "entries">> {
  readonly entries: WorkerEntries;
}

/** Fills in the defaults. Throws RangeError for a number that makes no sense. */
export function settingsOf(options: EngineHostOptions): HostSettings {
  const settings: HostSettings = {
    readers: 2,
    writers: 1,
    maxAnswerBytes: DEFAULT_ANSWER_BYTES,
    clockOffsetMs: 0,
    workerMemoryMb: 512,
    maxQueuedPerDatabase: 1000,
    maxQueued: 4000,
    maxOpenDatabases: 64,
    writerIdleMs: 60_000,
    maxStreams: 8,
    streamSpoolBytes: 256 * 1024 * 1024,
    maintenanceEveryMs: 60_000,
    retention: { historyMs: 30 * DAY, historyBytes: null, deletedMs: 7 * DAY },
    backupDir: join(options.dataDir, "backups"),
    version: "unknown",
    onEvent: () => {},
    ...withoutUndefined(options),
    entries: {
      reader: new URL("../readers/main.js", import.meta.url),
      writer: new URL("../writers/main.js", import.meta.url),
      helper: new URL("../clones/main.js", import.meta.url),
      backup: new URL("../backups/main.js", import.meta.url),
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
  "streamSpoolBytes",
] as const;

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
