import { Audit } from "./resources/audit.js";
import { Auth } from "./resources/auth.js";
import { Backups } from "./resources/backups.js";
import { Branches } from "./resources/branches.js";
import { Data } from "./resources/data.js";
import { Retention } from "./resources/retention.js";
import { Sql } from "./resources/sql.js";
import { Tables } from "./resources/tables.js";
import { Tenants } from "./resources/tenants.js";
import { Webhooks } from "./resources/webhooks.js";
import type { Dialect, RawClient } from "./transport/dialect.js";
import { type HeliosDBClientOptions, settingsOf } from "./transport/options.js";
import { Transport } from "./transport/transport.js";

/**
 * A client of one HeliosDB server.
 *
 * Calls reject with a `HeliosDBError`: read its `code`, or test for one of its subclasses. Requests that the server
 * refused before it began (429, 503) are sent again after the pause that it names; those that got no answer only where
 * doing them twice is harmless. Close a client that is no longer needed, or its connections keep the process alive for
 * a few seconds.
 */
export class HeliosDBClient {
  readonly branches: Branches;
  readonly data: Data;
  readonly tables: Tables;
  readonly sql: Sql;
  readonly retention: Retention;
  readonly auth: Auth;
  readonly audit: Audit;
  readonly tenants: Tenants;
  readonly backups: Backups;
  readonly webhooks: Webhooks;
  readonly #transport: Transport;

  constructor(options: HeliosDBClientOptions) {
    const transport = new Transport(settingsOf(options));
    this.#transport = transport;
    this.sql = new Sql(transport);
    this.branches = new Branches(transport, this.sql);
    this.data = new Data(transport);
    this.tables = new Tables(transport);
    this.retention = new Retention(transport);
    this.auth = new Auth(transport);
    this.audit = new Audit(transport);
    this.tenants = new Tenants(transport);
    this.backups = new Backups(transport);
    this.webhooks = new Webhooks(transport);
  }

  /**
   * The API by its paths, with bodies as they are on the wire, for who has code that reads one of the two dialects:
   * `const { data } = await client.raw("spec").GET("/v1/branches")`. Requests and answers are typed. Failures reject, and
   * are tried again, as in every other call; changes are, where an `idempotency-key` is among the headers. For calls that
   * answer with JSON.
   */
  raw<D extends Dialect>(dialect: D): RawClient<D> {
    return this.#transport.raw(dialect);
  }

  /** Waits for the calls in hand and closes the connections. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}
