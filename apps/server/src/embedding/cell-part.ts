import type { DatabasePort } from "@heliosdb/port";
import type { CatalogLog } from "../catalog/catalog-log.js";
import type { CellOfDatabases } from "../database-host/database-host-factory.js";

/** What a server needs to serve a cell as its active node. */
export interface CellPart extends CellOfDatabases {
  readonly catalogLog: CatalogLog;
  /** Adds the secrets of the data folder to the log, once they are there. */
  addSecrets(): Promise<void>;
  /** Whether no other node can be serving the cell, so that answers are still true. */
  mayAnswer(): boolean;
  /** Time until that is not so any more, unless the lease is renewed, in ms. */
  leftMs(): number;
  /** Called before anything is served. Rejects where a database can't be used. */
  opened(databases: readonly DatabasePort[]): Promise<void>;
  /** Frees the address that the server is to listen on. */
  freeAddress(): Promise<void>;
}
