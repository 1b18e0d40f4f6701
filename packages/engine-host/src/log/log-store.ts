/** Where the logs of a host's databases are kept. */
export interface LogStore {
  /** Addresses of the servers, of which one is the primary (`postgres://…`). The tables must be there. */
  readonly urls: readonly string[];
  /** The cell whose databases these are, and the epoch in which this host serves it. */
  readonly cell: string;
  readonly epoch: number;
}

/**
 * The variable by which a writer process gets its store, as JSON. The addresses have passwords, and everybody on a
 * machine can read the arguments of a process.
 */
export const STORE_VARIABLE = "HELIOS_LOG_STORE";
