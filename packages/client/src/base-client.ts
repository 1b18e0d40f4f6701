import { BranchHandle } from "./branch/branch-handle.js";
import { type TemporaryBranch, withBranch } from "./branch/temporary-branch.js";
import { inTransaction, type TransactionHandle } from "./branch/transaction-handle.js";
import { Audit } from "./resources/audit.js";
import { Auth } from "./resources/auth.js";
import { Backups } from "./resources/backups.js";
import { Branches } from "./resources/branches.js";
import { Data } from "./resources/data.js";
import { Events } from "./resources/events.js";
import { Queries } from "./resources/queries.js";
import { Retention } from "./resources/retention.js";
import { Sql } from "./resources/sql.js";
import { Tables } from "./resources/tables.js";
import { Tenants } from "./resources/tenants.js";
import { type BeginTransaction, Transactions } from "./resources/transactions.js";
import { Webhooks } from "./resources/webhooks.js";
import type { Dialect, RawClient } from "./transport/dialect.js";
import { type HeliosDBClientOptions, settingsOf } from "./transport/options.js";
import type { Platform } from "./transport/platform.js";
import { Transport } from "./transport/transport.js";

/** A client of one HeliosDB server, wherever it runs. */
export class BaseClient {
  readonly branches: Branches;
  readonly data: Data;
  readonly tables: Tables;
  readonly sql: Sql;
  readonly transactions: Transactions;
  readonly retention: Retention;
  readonly auth: Auth;
  readonly audit: Audit;
  readonly tenants: Tenants;
  readonly backups: Backups;
  readonly webhooks: Webhooks;
  readonly events: Events;
  readonly queries: Queries;
  readonly #transport: Transport;

  /** @internal */
  protected constructor(options: HeliosDBClientOptions, platform: Platform) {
    const transport = new Transport(settingsOf(options), platform);
    this.#transport = transport;
    this.sql = new Sql(transport);
    this.transactions = new Transactions(transport);
    this.branches = new Branches(transport, this.sql);
    this.data = new Data(transport);
    this.tables = new Tables(transport);
    this.retention = new Retention(transport);
    this.auth = new Auth(transport);
    this.audit = new Audit(transport);
    this.tenants = new Tenants(transport);
    this.backups = new Backups(transport);
    this.webhooks = new Webhooks(transport);
    this.events = new Events(transport);
    this.queries = new Queries(transport);
  }

  /** A handle on one branch, by name or id. Nothing is sent until one of its methods is called. */
  branch(branch: string): BranchHandle {
    return new BranchHandle(this, branch);
  }

  /**
   * Creates a branch, calls `use` with its handle, and deletes the branch when `use` has ended, also if it failed.
   * Resolves to the result of `use`, or rejects with its error. If the program dies in between, the branch is deleted
   * when it expires: after an hour, unless `expiresAt` is given.
   */
  withBranch<T>(branch: TemporaryBranch, use: (branch: BranchHandle) => Promise<T>): Promise<T> {
    return withBranch(this, branch, use);
  }

  /**
   * Begins a transaction on a branch (default `main`), calls `use`, and commits. If `use` fails, the transaction is rolled
   * back, and the call rejects with that error. Resolves to the result of `use`.
   */
  transaction<T>(
    use: (transaction: TransactionHandle) => Promise<T>,
    options: BeginTransaction & { readonly branch?: string } = {},
  ): Promise<T> {
    const { branch = "main", ...begin } = options;
    return inTransaction(this, branch, begin, use);
  }

  /**
   * The API by its paths, with bodies as they are sent, for code that uses one of the two dialects: `const { data } =
   * await client.raw("spec").GET("/v1/branches")`. Requests and responses are typed. Failures reject and are retried as
   * in every other call. For calls with JSON responses.
   */
  raw<D extends Dialect>(dialect: D): RawClient<D> {
    return this.#transport.raw(dialect);
  }

  /** Waits for pending calls and closes the connections. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}
