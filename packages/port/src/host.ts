import type { ChangesPort } from "./changes.js";
import type { DatabasePort } from "./database.js";
import type { BackupInfo } from "./files.js";
import type { PortMetrics, PortUsage } from "./metrics.js";

/** Features and limits of a host. A surface asks before it offers something. */
export interface Capabilities {
  /** The SQL dialect that `query` and `execute` take. */
  readonly dialect: "sqlite" | "postgresql";
  readonly defaultDeadlineMs: number;
  readonly maxDeadlineMs: number;
  readonly maxRows: number;
  /** Bytes of values in one result at most; a stream may have any number. */
  readonly maxResultBytes: number;
  /** SQLite files go out and come in. */
  readonly files: boolean;
  /** `DatabasePort.streamJson` is there. */
  readonly jsonStreams: boolean;
  /** `DatabaseHostPort.backup` is there to be called. */
  readonly backups: boolean;
}

/** The state of one part of a host, such as its readers. */
export interface PartHealth {
  readonly name: string;
  /** Processes or connections that are ready. */
  readonly ready: number;
  /** Why it can't do its work now, or null. One that is being replaced after an ordinary end is no problem. */
  readonly problem: string | null;
}

export interface HostHealth {
  readonly ok: boolean;
  readonly parts: readonly PartHealth[];
  readonly queued: number;
  readonly restarts: number;
}

/** A host's internal id of a database: an opaque text of letters, digits, `_` and `-`, never one from a token. */
export type DatabaseId = string;

/** The databases of a server, one for each tenant. */
export interface DatabaseHostPort {
  capabilities(): Capabilities;
  /** The database with this id, made when absent. Throws INVALID_FIELD for a malformed id. */
  database(id: DatabaseId): DatabasePort;
  /** Its events. */
  changes(id: DatabaseId): ChangesPort;
  dropDatabase(id: DatabaseId): Promise<void>;
  /**
   * Copies every database as it stands between two of its commits, while they are written, and what else the host keeps.
   * Default name: the time. Rejects with BACKUP_RUNNING where another backup is being made, BACKUP_EXISTS where the name
   * is taken.
   */
  backup(name?: string): Promise<BackupInfo>;
  /** Those that are complete, newest first. */
  listBackups(): Promise<readonly BackupInfo[]>;
  health(): Promise<HostHealth>;
  metrics(): Promise<PortMetrics>;
  /** Counted no more often than is good for the server: the figures may be some seconds old. */
  usage(): Promise<PortUsage>;
  /** Finishes what is in hand, then ends every process. */
  close(): Promise<void>;
}
