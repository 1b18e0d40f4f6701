import type { DatabaseHostPort, Retention } from "@heliosdb/port";
import type { OutsideLanes } from "./outside-lane.js";

/** An event that an operator may want in the log; `kind` names it, the other fields are the details. */
export interface HostEvent {
  readonly kind: string;
}

export interface DatabaseHostSettings {
  /** Added to the wall clock to give the databases' time, in milliseconds. */
  readonly clockOffsetMs: number;
  readonly defaultDeadlineMs: number;
  /** Longer deadlines are cut to this. */
  readonly maxDeadlineMs: number;
  /** Maximum number of rows of one result. */
  readonly maxRows: number;
  /** Maximum bytes of values in one result; the host's default if absent. */
  readonly maxResultBytes?: number;
  /** How long history is kept if a database has no setting of its own; the host's default if absent. */
  readonly retention?: Retention;
  /** Where backups are kept; the host's default if absent. */
  readonly backupDir?: string;
  /** The server's version, which a backup records. */
  readonly version: string;
  readonly onEvent?: (event: HostEvent) => void;
  /** Absent where the databases are this server's alone. */
  readonly cell?: CellOfDatabases;
}

/** What a node of a cell gives to the host of its databases. */
export interface CellOfDatabases {
  /** Where the log of each database is, which has every write before anybody is told of it. */
  readonly store: { readonly urls: readonly string[]; readonly cell: string; readonly epoch: number };
  /** The lock of the data folder, which the host releases at its end. */
  readonly lock: { release(): void };
}

/** The result of checking one database. */
export interface CheckedDatabase {
  readonly branches: number;
  readonly files: number;
  /** SCN of the newest commit. */
  readonly scn: number;
  /** Problems as sentences; empty for an intact database. */
  readonly problems: readonly string[];
}

export interface CheckedDatabases {
  /** By name. */
  readonly databases: ReadonlyMap<string, CheckedDatabase>;
  /** Problems outside the databases. */
  readonly problems: readonly string[];
}

/** A host of databases that is still starting. */
export interface BegunDatabaseHost {
  /** Its requests wait until it is ready. */
  readonly host: DatabaseHostPort;
  /** Rejects where it can't be started; whoever began closes it then. */
  readonly ready: Promise<void>;
}

/** Runs the databases of a data folder. */
export interface DatabaseHostFactory {
  /** Rejects with STORAGE_UNAVAILABLE if another server uses the folder. */
  start(dataDir: string, settings: DatabaseHostSettings): Promise<DatabaseHostPort>;
  /** The same, without waiting until it can run requests. Absent where that can't be had. */
  begin?(dataDir: string, settings: DatabaseHostSettings): Promise<BegunDatabaseHost>;
  /**
   * Checks whether the databases of a folder that no server uses are intact.
   * @param beside names of SQLite files that must exist beside them
   */
  check(dataDir: string, beside: readonly string[]): Promise<CheckedDatabases>;
  /** Absent where all queries have to be run by the host. */
  readonly lanes?: OutsideLanes;
}
