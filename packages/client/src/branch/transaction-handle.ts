import type { SqlText } from "../arguments/sql-text.js";
import type { DeleteRows, InsertOptions, ReadAllRows, ReadRows, UpdateRows } from "../resources/data.js";
import type { BatchOptions, BatchStatement, ExecuteOptions, QueryOptions } from "../resources/sql.js";
import type { BeginTransaction } from "../resources/transactions.js";
import type {
  BatchResult,
  DeleteResult,
  ExecuteResult,
  InsertResult,
  QueryResult,
  Row,
  TablePage,
  UpdateResult,
} from "../results/rows.js";
import type { Transaction } from "../results/transaction.js";
import { isHeliosDBError } from "../transport/guards.js";
import type { CallOptions } from "../transport/options.js";
import type { Resources } from "./resources.js";
import type { RowValues } from "./table-handle.js";

type Within<O> = Omit<O, "branch" | "asOf" | "transactionId" | "idempotencyKey" | "message">;

/** One open transaction. Its requests see what it has written; nobody else does before it is committed. */
export class TransactionHandle {
  readonly #resources: Resources;
  readonly #in: { readonly branch: string; readonly transactionId: string };

  /** @internal */
  constructor(
    resources: Resources,
    branch: string,
    /** As it was when it began. */
    readonly info: Transaction,
  ) {
    this.#resources = resources;
    this.#in = { branch, transactionId: info.id };
  }

  /** Runs one statement that only reads. */
  query<R = Row>(sql: string | SqlText, options: Within<QueryOptions> = {}): Promise<QueryResult<R>> {
    return this.#resources.sql.query<R>(sql, { ...options, ...this.#in });
  }

  /** Runs one statement that writes, or SAVEPOINT, ROLLBACK TO or RELEASE. If it fails, the transaction goes on. */
  execute<R = Row>(sql: string | SqlText, options: Within<ExecuteOptions> = {}): Promise<ExecuteResult<R>> {
    return this.#resources.sql.execute<R>(sql, { ...options, ...this.#in });
  }

  /** Runs all statements or none. */
  batch<R = Row>(statements: readonly BatchStatement[], options: Within<BatchOptions> = {}): Promise<BatchResult<R>> {
    return this.#resources.sql.batch<R>(statements, { ...options, ...this.#in });
  }

  /** A handle on one of the branch's tables, within the transaction. */
  table<R = Row>(name: string): TransactionTable<R> {
    return new TransactionTable<R>(this.#resources, this.#in, name);
  }

  /** It waits again for as long as it may for its next request. */
  renew(options: CallOptions = {}): Promise<Transaction> {
    return this.#resources.transactions.renew(this.#in.branch, this.info.id, options);
  }
}

/** One table within a transaction. `R` is the type of its rows. */
export class TransactionTable<R> {
  readonly #resources: Resources;
  readonly #in: { readonly branch: string; readonly transactionId: string };

  /** @internal */
  constructor(
    resources: Resources,
    within: { readonly branch: string; readonly transactionId: string },
    readonly name: string,
  ) {
    this.#resources = resources;
    this.#in = within;
  }

  /** One page of its rows. */
  page(options: Within<ReadRows> = {}): Promise<TablePage<R>> {
    const { branch, transactionId } = this.#in;
    return this.#resources.data.query<R>(branch, this.name, { ...options, transactionId });
  }

  /** Its rows. Pages are requested as the rows are read. */
  rows(options: Within<ReadAllRows> = {}): AsyncGenerator<R, void, undefined> {
    const { branch, transactionId } = this.#in;
    return this.#resources.data.rows<R>(branch, this.name, { ...options, transactionId });
  }

  /** Inserts all rows or none. */
  insert(rows: readonly RowValues<R>[], options: Within<InsertOptions> = {}): Promise<InsertResult> {
    const { branch, transactionId } = this.#in;
    const values = rows as Parameters<Resources["data"]["insert"]>[2];
    return this.#resources.data.insert(branch, this.name, values, { ...options, transactionId });
  }

  /** Updates all rows that match the filter. */
  update(request: Within<Omit<UpdateRows, "values">> & { readonly values: RowValues<R> }): Promise<UpdateResult> {
    const { branch, transactionId } = this.#in;
    return this.#resources.data.update(branch, this.name, { ...(request as UpdateRows), transactionId });
  }

  /** Deletes all rows that match the filter. */
  delete(request: Within<DeleteRows>): Promise<DeleteResult> {
    const { branch, transactionId } = this.#in;
    return this.#resources.data.delete(branch, this.name, { ...request, transactionId });
  }
}

/** @internal */
export async function inTransaction<T>(
  resources: Resources,
  branch: string,
  options: BeginTransaction,
  use: (transaction: TransactionHandle) => Promise<T>,
): Promise<T> {
  const info = await resources.transactions.begin(branch, options);
  let result: T;
  try {
    result = await use(new TransactionHandle(resources, branch, info));
    options.signal?.throwIfAborted();
  } catch (error) {
    // The error to hear of is that of the work. If the server can't be told, the transaction expires.
    await resources.transactions.rollBack(branch, info.id).catch(() => {});
    throw error;
  }
  try {
    await resources.transactions.commit(branch, info.id, { signal: options.signal });
  } catch (error) {
    // The server rolls back what it could not commit. Where no answer came, the commit may have happened. Nobody waits for
    // a call that was aborted: if the server has not heard of it, others would wait for the transaction until it expires.
    if (isHeliosDBError(error, "QUERY_TIMEOUT") || options.signal?.aborted) {
      await resources.transactions.rollBack(branch, info.id).catch(() => {});
    }
    throw error;
  }
  return result;
}
