import type { BranchInfo } from "./branches.js";
import type { Cancellation } from "./cancellation.js";
import type { ExportedFile, ExportRequest, ImportRequest } from "./files.js";
import type { Declaration, Methods } from "./operation.js";
import { OPERATIONS, type Operations } from "./operations.js";
import type { JsonRowStream, JsonStreamRequest, RowStream, StreamRequest } from "./stream.js";
import type {
  BeginTransaction,
  EndedTransaction,
  EndTransaction,
  InTransaction,
  ListTransactions,
  RenewTransaction,
  TransactionInfo,
  TransactionOp,
  TransactionRef,
  TransactionResult,
} from "./transactions.js";
import type { ExecuteEachRequest, StatementOutcome } from "./writes.js";

/**
 * The asynchronous interface between a server and a versioned database: every operation of `OPERATIONS` as a method,
 * and a few methods that return more than fits one message. Every method rejects only with HeliosError. An acknowledged
 * write is durable; a request that exceeded its deadline had no effect.
 */
export interface DatabasePort extends Methods<Operations> {
  /**
   * Resolves when the first rows are available, so that earlier failures reject. The deadline applies to the work, up
   * to the last row read. Aborting the signal stops the work: with its reason if that is a HeliosError, else with
   * QUERY_TIMEOUT. Rejects with OVERLOADED if too many
   * streams are open.
   */
  streamQuery(request: StreamRequest, signal?: AbortSignal): Promise<RowStream>;
  /**
   * The same rows as JSON text, made where they are read: otherwise, most of the cost of a stream for its consumer is
   * to parse each row and write it again. Optional (`jsonStreams` of the capabilities).
   */
  streamJson?(request: JsonStreamRequest, signal?: AbortSignal): Promise<JsonRowStream>;

  /** One outcome for each statement, in their order. Rejects only if none was run. */
  executeEach(request: ExecuteEachRequest, cancellation?: Cancellation): Promise<readonly StatementOutcome[]>;

  /**
   * Begins a transaction of several requests. One that writes has its branch to itself: other writes to the branch wait.
   * Rejects with BRANCH_BUSY if the branch did not become free in time.
   */
  beginTransaction(request: BeginTransaction): Promise<TransactionInfo>;
  /**
   * Runs one operation in a transaction, which sees what it has written itself; nobody else does. If it fails, it has no
   * effect, and the transaction goes on, unless the error is one of TRANSACTION_*. One that is cancelled while it runs
   * takes a transaction that has written with it (TRANSACTION_LOST).
   */
  inTransaction<O extends TransactionOp>(
    request: InTransaction<O>,
    cancellation?: Cancellation,
  ): Promise<TransactionResult<O>>;
  /** Commits, or rolls back. Committing again returns the same result. */
  endTransaction(request: EndTransaction): Promise<EndedTransaction>;
  renewTransaction(request: RenewTransaction): Promise<TransactionInfo>;
  getTransaction(request: TransactionRef): Promise<TransactionInfo>;
  /** Open ones, oldest first. */
  listTransactions(request: ListTransactions): Promise<readonly TransactionInfo[]>;

  exportFile(request: ExportRequest): Promise<ExportedFile>;
  /**
   * Reads the file's bytes to their end first. If they throw, the error is passed on, and nothing is left of the file.
   */
  importFile(request: ImportRequest, bytes: AsyncIterable<Uint8Array>): Promise<BranchInfo>;
}

/** The methods of transactions: each takes one request, and gives one response. */
export const TRANSACTION_METHODS = [
  "beginTransaction",
  "inTransaction",
  "endTransaction",
  "renewTransaction",
  "getTransaction",
  "listTransactions",
] as const;

const its = ({ branch }: { readonly branch: string }) => [branch];
const inTransactions = { branches: its, tables: { mayNot: "use transactions" } } as const;

/** The declarations of the methods that take more than one request and response. */
export const COMPOSITE_OPERATIONS: {
  readonly streamQuery: Declaration<StreamRequest>;
  readonly streamJson: Declaration<JsonStreamRequest>;
  readonly executeEach: Declaration<ExecuteEachRequest>;
  readonly beginTransaction: Declaration<BeginTransaction>;
  readonly inTransaction: Declaration<InTransaction>;
  readonly endTransaction: Declaration<EndTransaction>;
  readonly renewTransaction: Declaration<RenewTransaction>;
  readonly getTransaction: Declaration<TransactionRef>;
  readonly listTransactions: Declaration<ListTransactions>;
  readonly exportFile: Declaration<ExportRequest>;
  readonly importFile: Declaration<ImportRequest>;
} = {
  streamQuery: { branches: OPERATIONS.query.branches, tables: OPERATIONS.query.tables },
  streamJson: { branches: OPERATIONS.query.branches, tables: OPERATIONS.query.tables },
  executeEach: { branches: OPERATIONS.execute.branches, tables: OPERATIONS.execute.tables },
  beginTransaction: inTransactions,
  inTransaction: inTransactions,
  endTransaction: inTransactions,
  renewTransaction: inTransactions,
  getTransaction: inTransactions,
  listTransactions: inTransactions,
  exportFile: { branches: its, tables: { mayNot: "download branches" } },
  importFile: {
    branches: ({ from }) => (from ? [from.branch] : []),
    newNames: ({ name }) => [name],
    tables: { mayNot: "upload branches" },
  },
};
