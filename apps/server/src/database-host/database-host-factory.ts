import type { DatabaseHostPort, Retention } from "@heliosdb/port";

/** Something that an operator may want in the log; `kind` says what, the other fields the details. */
export interface HostEvent {
  readonly kind: string;
}

export interface DatabaseHostSettings {
  /** Added to the wall clock to give the databases' time, in milliseconds. */
  readonly clockOffsetMs: number;
  readonly defaultDeadlineMs: number;
  /** Longer deadlines are cut to this. */
  readonly maxDeadlineMs: number;
  /** Most rows of one result. */
  readonly maxRows: number;
  /** Most bytes of values in one result; the host's default where absent. */
  readonly maxResultBytes?: number;
  /** How long the past is kept where nothing else was set for a database; the host's default where absent. */
  readonly retention?: Retention;
  /** Where backups are kept; the host's default where absent. */
  readonly backupDir?: string;
  /** Of the server, for what a backup says of itself. */
  readonly version: string;
  readonly onEvent?: (event: HostEvent) => void;
}

/** The findings of a check in one database. */
export interface CheckedDatabase {
  readonly branches: number;
  readonly files: number;
  /** SCN of the newest commit. */
  readonly scn: number;
  /** In words; empty where the database is whole. */
  readonly problems: readonly string[];
}

export interface CheckedDatabases {
  /** By name. */
  readonly databases: ReadonlyMap<string, CheckedDatabase>;
  /** Problems outside the databases. */
  readonly problems: readonly string[];
}

/** Runs the databases of a data folder. */
export interface DatabaseHostFactory {
  /** Rejects with STORAGE_UNAVAILABLE where another server uses the folder. */
  start(dataDir: string, settings: DatabaseHostSettings): Promise<DatabaseHostPort>;
  /**
   * Looks whether the databases of a folder that no server uses are whole.
   * @param beside names of SQLite files that must lie beside them
   */
  check(dataDir: string, beside: readonly string[]): Promise<CheckedDatabases>;
}
