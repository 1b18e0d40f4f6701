import type { ChangesPort } from "./changes.js";
import type { DatabasePort } from "./database.js";
import type { BackupInfo } from "./files.js";
import type { PortMetrics, PortUsage } from "./metrics.js";

/** Features and limits of a host. Surfaces check them before they offer a feature. */
export interface Capabilities {
  /** The SQL dialect that `query` and `execute` take. */
  readonly dialect: "sqlite" | "postgresql";
  readonly defaultDeadlineMs: number;
  readonly maxDeadlineMs: number;
  readonly maxRows: number;
  /** Maximum bytes of values in one result; a stream has no limit. */
  readonly maxResultBytes: number;
  /** Branches can be downloaded and imported as SQLite files. */
  readonly files: boolean;
  /** `DatabasePort.streamJson` exists. */
  readonly jsonStreams: boolean;
  /** `DatabaseHostPort.backup` can be called. */
  readonly backups: boolean;
}

/** The state of one part of a host, such as its readers. */
export interface PartHealth {
  readonly name: string;
  /** Processes or connections that are ready. */
  readonly ready: number;
  /** Why it can't work now, or null. A process that is being replaced after an ordinary end is not a problem. */
  readonly problem: string | null;
}

export interface HostHealth {
  readonly ok: boolean;
  readonly parts: readonly PartHealth[];
  readonly queued: number;
  readonly restarts: number;
}

/** A host's internal id of a database: an opaque text of letters, digits, `_` and `-`, never taken from a token. */
export type DatabaseId = string;

/** The databases of a server, one for each tenant. */
export interface DatabaseHostPort {
  capabilities(): Capabilities;
  /** The database with this id, created if missing. Throws INVALID_FIELD for a malformed id. */
  database(id: DatabaseId): DatabasePort;
  /** Its events. */
  changes(id: DatabaseId): ChangesPort;
  dropDatabase(id: DatabaseId): Promise<void>;
  /** Gives up a database that is in a log, so that another host can use it. It may come back. */
  releaseDatabase(id: DatabaseId): Promise<void>;
  /**
   * Copies every database, as it is between two of its commits, while they are in use, and all other data of the host.
   * Default name: the time. Rejects with BACKUP_RUNNING if another backup is being made, BACKUP_EXISTS if the name is
   * taken.
   */
  backup(name?: string): Promise<BackupInfo>;
  /** Complete backups, newest first. */
  listBackups(): Promise<readonly BackupInfo[]>;
  health(): Promise<HostHealth>;
  metrics(): Promise<PortMetrics>;
  /** Counted with a minimum interval: the figures may be some seconds old. */
  usage(): Promise<PortUsage>;
  /** Finishes running requests, then ends every process. */
  close(): Promise<void>;
}
