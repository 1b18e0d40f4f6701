import { resolve } from "node:path";
import type { Retention } from "@heliosdb/port";
import type {
  BegunDatabaseHost,
  CellOfDatabases,
  DatabaseHostFactory,
  DatabaseHostSettings,
  HostEvent,
} from "../database-host/database-host-factory.js";
import { makeDataFolder } from "../util/data-folder.js";
import { SERVER_VERSION } from "../util/server-version.js";

const DEFAULT_DEADLINE_MS = 30_000;

export interface EmbeddedDatabaseOptions {
  /**
   * Sets the engine's clock: its time is `startAt` when this object is made, and goes on from there. A database whose
   * history begins in 2023 can so be made today. Credentials still go by the wall clock.
   */
  readonly clock?: { readonly startAt: Date | number | string };
  /** Largest `timeout_ms` of a request. Default 300,000. */
  readonly maxTimeoutMs?: number;
  /** Most rows of one response. Default 10,000. */
  readonly maxRows?: number;
  /** Most bytes of values in one response. Default 32 MiB. */
  readonly maxAnswerBytes?: number;
  /** How long the past is kept, where a database says nothing else. Default 30 days, and deleted branches 7. */
  readonly retention?: Retention;
}

/** Settings that a server adds. */
export interface OpenSettings {
  readonly onEvent?: (event: HostEvent) => void;
  /** Default: `backups` in the data folder. */
  readonly backupDir?: string;
  /** Default: the databases are this server's alone. */
  readonly cell?: CellOfDatabases;
}

/** The databases in one data folder, with what runs them. */
export class EmbeddedDatabase {
  readonly dataDir: string;
  /** Offset of the engine's time from the wall clock. */
  private readonly clockOffsetMs: number;
  private begun: Promise<BegunDatabaseHost> | null = null;

  /** @param path the data folder; made when absent */
  constructor(
    path: string,
    private readonly options: EmbeddedDatabaseOptions = {},
  ) {
    this.dataDir = resolve(path);
    this.clockOffsetMs = options.clock ? startMillis(options.clock.startAt) - Date.now() : 0;
  }

  /** Starts what runs the databases, once; ApiServer calls it. */
  open(hosts: DatabaseHostFactory, settings: OpenSettings = {}): Promise<BegunDatabaseHost> {
    this.begun ??= this.start(hosts, settings);
    return this.begun;
  }

  /** Finishes what is in hand and ends the processes. */
  async close(): Promise<void> {
    const begun = await this.begun;
    this.begun = null;
    await begun?.host.close();
  }

  private async start(
    hosts: DatabaseHostFactory,
    { onEvent, backupDir, cell }: OpenSettings,
  ): Promise<BegunDatabaseHost> {
    makeDataFolder(this.dataDir);
    const maxDeadlineMs = this.options.maxTimeoutMs ?? 300_000;
    const settings: DatabaseHostSettings = {
      clockOffsetMs: this.clockOffsetMs,
      defaultDeadlineMs: Math.min(DEFAULT_DEADLINE_MS, maxDeadlineMs),
      maxDeadlineMs,
      maxRows: this.options.maxRows ?? 10_000,
      maxResultBytes: this.options.maxAnswerBytes,
      retention: this.options.retention,
      backupDir,
      version: SERVER_VERSION,
      onEvent,
      ...(cell && { cell }),
    };
    if (hosts.begin) {
      const begun = await hosts.begin(this.dataDir, settings);
      // It may be known before anybody waits for it.
      begun.ready.catch(() => {});
      return begun;
    }
    return { host: await hosts.start(this.dataDir, settings), ready: Promise.resolve() };
  }
}

function startMillis(startAt: Date | number | string): number {
  const millis = new Date(startAt).getTime();
  if (Number.isNaN(millis))
    throw new RangeError(`Invalid clock.startAt "${String(startAt)}". Expected a date, such as 2023-11-14T22:13:20Z.`);
  return millis;
}
