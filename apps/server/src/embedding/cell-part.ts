import type { DatabasePort, LogMetrics } from "@heliosdb/port";
import type { CatalogLog } from "../catalog/catalog-log.js";
import type { TenantRegistry } from "../catalog/tenant-registry.js";
import type { CellOfDatabases } from "../database-host/database-host-factory.js";
import type { Elsewhere } from "../http/checks/elsewhere.js";
import type { MovingParts } from "./moving-parts.js";

/** What a server needs to serve a cell as its active node. */
export interface CellPart extends CellOfDatabases {
  readonly catalogLog: CatalogLog;
  /** Adds the secrets of the data folder to the log, once they are there. */
  addSecrets(): Promise<void>;
  /** Whether no other node can be serving the cell, so that answers are still true. */
  mayAnswer(): boolean;
  /** Time until that is not so any more, unless the lease is renewed, in ms. */
  leftMs(): number;
  /** Figures of the log of the catalog and the secrets. */
  ownLog(): LogMetrics;
  /** Called before anything is served. Rejects where a database can't be used. */
  opened(tenants: readonly { readonly id: string; readonly database: DatabasePort }[]): Promise<void>;
  /** The names of tenants and keys in all cells. */
  readonly registry: TenantRegistry;
  /**
   * Begins to move tenants to other cells and from them, and to pass requests on to the others.
   * Call `stop` before the parts are closed.
   */
  open(parts: MovingParts): Promise<{ readonly elsewhere: Elsewhere; stop(): Promise<void> }>;
  /** Frees the address that the server is to listen on. */
  freeAddress(): void;
}
