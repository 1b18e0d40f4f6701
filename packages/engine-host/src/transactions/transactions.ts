import { randomBytes } from "node:crypto";
import type { ControlOperation, WriteOperation } from "@heliosdb/engine";
import {
  type BeginTransaction,
  type BranchInfo,
  type Cancellation,
  type DatabasePort,
  type DeleteBranch,
  type EndedTransaction,
  type EndTransaction,
  HeliosError,
  type InTransaction,
  OPERATIONS,
  type ResolvedPoint,
  TRANSACTION_LIMITS,
  type TransactionInfo,
  type TransactionOp,
  type TransactionOperation,
  type TransactionRef,
  type TransactionResult,
} from "@heliosdb/port";
import { shuttingDown } from "../errors/errors.js";
import type { DatabaseWrites } from "../writers/database-writes.js";
import { deleteFreeBranch } from "./branch-deletion.js";
import { type Ended, EndedTransactions, type Ending, hasEnded, lost, notFound } from "./ended.js";
import type { TransactionFigures } from "./figures.js";
import type { TransactionSlots } from "./limits.js";
import { errorOf, Transaction, type TransactionTools } from "./transaction.js";

export interface TransactionsOptions {
  readonly writes: DatabaseWrites;
  readonly slots: TransactionSlots;
  readonly figures: TransactionFigures;
  readonly maxRows: number;
  readonly read: TransactionTools["read"];
  readonly getBranch: (branch: string) => Promise<BranchInfo>;
  readonly listBranches: () => Promise<readonly BranchInfo[]>;
  /** The server is shutting down: what is open will be rolled back. */
  readonly isClosing: () => boolean;
  readonly resolve: (request: { branch: string; at: NonNullable<BeginTransaction["at"]> }) => Promise<ResolvedPoint>;
}

export type TransactionMethods = Pick<
  DatabasePort,
  "beginTransaction" | "inTransaction" | "endTransaction" | "renewTransaction" | "getTransaction" | "listTransactions"
>;

/** The transactions of one database. */
export class Transactions {
  private readonly open = new Map<string, Transaction>();
  private readonly ended = new EndedTransactions();

  constructor(private readonly options: TransactionsOptions) {}

  get size(): number {
    return this.open.size;
  }

  /** One of them is open in the writer process. */
  get isWriting(): boolean {
    for (const transaction of this.open.values()) if (transaction.info.state === "writing") return true;
    return false;
  }

  readonly methods: TransactionMethods = {
    beginTransaction: (request) => this.begin(request),
    inTransaction: (request, cancellation) => this.runIn(request, cancellation),
    endTransaction: (request) => this.end(request),
    renewTransaction: async ({ idleMs, ...ref }) => {
      const transaction = await this.find(ref);
      transaction.renew(idleMs);
      return transaction.info;
    },
    getTransaction: async (ref) => (await this.find(ref)).info,
    listTransactions: async ({ branch, owner }) => {
      const { id } = await this.options.getBranch(branch);
      const all = [...this.open.values()].map(({ info }) => info);
      return all.filter((info) => info.branch.id === id && (owner === null || info.owner === owner));
    },
  };

  private async begin(request: BeginTransaction): Promise<TransactionInfo> {
    const { slots, writes, figures, isClosing } = this.options;
    if (isClosing()) throw shuttingDown();
    const { branch, mode, at, owner } = request;
    if (at !== undefined && mode !== "read") {
      throw new HeliosError("FIELD_CONFLICT", "Only a transaction with mode 'read' can begin at a point in time.");
    }
    slots.take(owner);
    let transaction: Transaction | undefined;
    let hasBegun = false;
    try {
      const found = await this.options.getBranch(branch);
      if (mode !== "read" && found.readOnly) {
        throw new HeliosError("BRANCH_READ_ONLY", `Branch '${found.name}' is read-only.`);
      }
      const scn = at === undefined ? found.headScn : (await this.options.resolve({ branch, at })).scn;
      const id = `txn_${randomBytes(16).toString("hex")}`;
      const begun = new Transaction(id, { id: found.id, name: found.name }, request, scn, {
        writes,
        figures,
        read: this.options.read,
        ended: (ending) => {
          if (this.open.delete(id)) {
            this.ended.add(id, { owner, branch: begun.branch, ending });
            slots.release(owner);
            if (hasBegun) figures.count(ending);
          }
        },
      });
      transaction = begun;
      this.open.set(id, begun);
      if (mode === "write") await begun.begin();
      hasBegun = true;
      return begun.info;
    } catch (error) {
      if (transaction) await transaction.rollBack();
      else slots.release(owner);
      throw error;
    }
  }

  private async runIn<O extends TransactionOp>(
    request: InTransaction<O>,
    cancellation: Cancellation | undefined,
  ): Promise<TransactionResult<O>> {
    if (this.options.isClosing()) throw shuttingDown();
    const transaction = this.known(request) ?? (await this.find(request));
    const { capped } = OPERATIONS[request.operation.op] as { capped?: (of: object, most: number) => object };
    const operation = request.operation as TransactionOperation;
    const run = capped
      ? ({ ...operation, request: capped(operation.request, this.options.maxRows) } as TransactionOperation)
      : operation;
    const { statementMs } = TRANSACTION_LIMITS;
    const deadlineMs = Math.max(1, Math.min(request.deadlineMs ?? statementMs.default, statementMs.most));
    const result = await transaction.run(run, deadlineMs, cancellation);
    return { result, transaction: transaction.info } as TransactionResult<O>;
  }

  private async end(request: EndTransaction): Promise<EndedTransaction> {
    const { transaction: id, end, message, deadlineMs } = request;
    if (this.options.isClosing()) throw shuttingDown();
    const open = this.open.get(id);
    if (open && isFor(request, { owner: open.info.owner, branch: open.branch })) {
      const ending = await (end === "commit" ? open.commit(message, deadlineMs) : open.rollBack());
      // What came before it may have ended it otherwise.
      return answerTo(request, ending);
    }
    return this.endAgain(request);
  }

  /** It may have ended already, or with an earlier server. */
  private async endAgain(request: EndTransaction): Promise<EndedTransaction> {
    const { transaction: id, end, branch } = request;
    if (this.open.has(id)) return this.missing(request);
    const ended = this.ended.get(id);
    if (ended) {
      if (!isFor(request, ended)) return this.missing(request);
      return answerTo(request, ended.ending.kind === "unknown" ? await this.settled(id, ended) : ended.ending);
    }
    const commit = end === "commit" && /^txn_[0-9a-f]{32}$/.test(id) ? await this.committed(branch, id) : null;
    if (!commit) return this.missing(request);
    return { id, commit };
  }

  /** Asks once more whether it was committed. Rejects if that is still unknown. */
  private async settled(id: string, ended: Ended): Promise<Ending> {
    const commit = await this.options.writes.committed(ended.branch.id, id);
    const ending: Ending = commit ? { kind: "committed", commit } : { kind: "failed", error: lost() };
    this.ended.add(id, { ...ended, ending });
    return ending;
  }

  private async committed(branch: string, id: string) {
    const found = await this.options.getBranch(branch);
    return this.options.writes.committed(found.id, id);
  }

  private known(ref: TransactionRef): Transaction | undefined {
    const open = this.open.get(ref.transaction);
    return open && isFor(ref, { owner: open.info.owner, branch: open.branch }) ? open : undefined;
  }

  private async find(ref: TransactionRef): Promise<Transaction> {
    const known = this.known(ref);
    if (known) return known;
    const ended = this.ended.get(ref.transaction);
    if (ended && isFor(ref, ended)) throw errorOf(ended.ending);
    return this.missing(ref);
  }

  /** A branch that does not exist, or that the caller can't see, is no other error here than elsewhere. */
  private async missing({ branch, transaction }: TransactionRef): Promise<never> {
    await this.options.getBranch(branch);
    throw notFound(transaction);
  }

  /** Runs an operation by `submit`, with what it means for the transactions on its branch. */
  run<T>(operation: WriteOperation | ControlOperation, submit: () => Promise<T>): Promise<T> {
    switch (operation.op) {
      case "deleteBranch":
        return this.deleteBranch(operation.request, submit);
      case "updateBranch":
        return operation.request.name === undefined ? submit() : this.renameBranch(submit);
      default:
        return submit();
    }
  }

  private async renameBranch<T>(submit: () => Promise<T>): Promise<T> {
    const updated = await submit();
    const { id, name } = updated as BranchInfo;
    for (const transaction of this.open.values()) if (transaction.branch.id === id) transaction.branch = { id, name };
    this.ended.renamed({ id, name });
    return updated;
  }

  /** Unless that is refused because of what is open on it. */
  private deleteBranch<T>(request: DeleteBranch, submit: () => Promise<T>): Promise<T> {
    if (this.open.size === 0) return submit();
    const { listBranches } = this.options;
    const openOn = (id: string) => [...this.open.values()].filter(({ branch }) => branch.id === id);
    return deleteFreeBranch(request, { listBranches, openOn }, submit);
  }

  /** The writer process is gone, with the transactions that wrote in it. */
  processLost(): void {
    for (const transaction of [...this.open.values()]) transaction.lose();
  }

  /** Ends all of them: the database is dropped. */
  drop(error: HeliosError): void {
    for (const transaction of [...this.open.values()]) transaction.lose(error);
  }
}

/** What a request to end a transaction answers once it has ended, by that request or before. */
function answerTo({ transaction: id, end }: EndTransaction, ending: Ending): EndedTransaction {
  switch (ending.kind) {
    case "committed":
      if (end === "commit") return { id, commit: ending.commit };
      throw hasEnded(id, ending.kind);
    case "rolled back":
      if (end === "commit") throw hasEnded(id, ending.kind);
      return { id, commit: null };
    case "failed":
      if (end === "commit") throw ending.error;
      return { id, commit: null };
    case "unknown":
      throw ending.error;
  }
}

function isFor({ branch, owner }: TransactionRef, of: Pick<Ended, "owner" | "branch">): boolean {
  return isOn(of.branch, branch) && (owner === null || owner === of.owner);
}

function isOn({ id, name }: Ended["branch"], ref: string): boolean {
  return ref === id || ref === name;
}
