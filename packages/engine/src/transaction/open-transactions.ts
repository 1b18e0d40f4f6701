import { type CommitInfo, HeliosError, type TransactionOperation } from "@heliosdb/port";
import type { OpenTransactionRequest, ResultOf, TransactionEnd } from "../api/api.js";
import { toHeliosError } from "../file/sqlite-error.js";
import type { Allocator } from "../meta/allocator.js";
import type { Lru } from "../util/lru.js";
import type { BranchFile } from "../write/branch-file.js";
import { BranchBusy } from "./branch-busy.js";
import { OpenTransaction } from "./open-transaction.js";

interface Open {
  readonly transaction: OpenTransaction;
  /** Id of its branch. */
  readonly branch: string;
}

/** The open transactions of one database. Their files are theirs: they are not in the cache of open files. */
export class OpenTransactions {
  private readonly byId = new Map<string, Open>();
  /** By the timelines of the files. */
  private readonly held = new Map<string, BranchFile>();

  constructor(
    private readonly files: Lru<string, BranchFile>,
    private readonly allocator: Allocator,
    /** Whether a file is being cloned: then nothing may be written to it. */
    private readonly isCopied: (file: BranchFile) => boolean,
  ) {}

  get size(): number {
    return this.byId.size;
  }

  get(id: string): OpenTransaction | undefined {
    return this.byId.get(id)?.transaction;
  }

  holds(timeline: string): boolean {
    return this.held.has(timeline);
  }

  holdsPath(path: string): boolean {
    for (const file of this.held.values()) if (file.path === path) return true;
    return false;
  }

  /** The file with this timeline, if a transaction is open in it. */
  file(timeline: string): BranchFile | undefined {
    return this.held.get(timeline);
  }

  /** Throws BranchBusy while a transaction is open in a file. */
  checkFree(timeline: string): void {
    if (this.held.has(timeline)) throw new BranchBusy(`a transaction is open in ${timeline}`);
  }

  open(file: BranchFile, branch: string, request: OpenTransactionRequest): OpenTransaction {
    const transaction = new OpenTransaction(file, this.allocator, request);
    this.files.take(file.internal);
    this.held.set(file.internal, file);
    this.byId.set(request.id, { transaction, branch });
    return transaction;
  }

  run<O extends TransactionOperation>(id: string, operation: O): ResultOf<O["op"]> {
    const open = this.find(id);
    try {
      return open.transaction.run(operation);
    } finally {
      if (open.transaction.isAborted) this.release(id, open);
    }
  }

  /** `check` throws if the branch may no longer be written. */
  end(id: string, end: TransactionEnd, check: (branch: string) => void): CommitInfo | null {
    const open = this.find(id);
    const { transaction } = open;
    try {
      if (end.end === "roll back") {
        transaction.rollBack();
        return null;
      }
      try {
        check(open.branch);
      } catch (error) {
        transaction.rollBack();
        throw toHeliosError(error);
      }
      return transaction.commit(end);
    } finally {
      this.release(id, open);
    }
  }

  close(): void {
    for (const [id, open] of this.byId) {
      open.transaction.rollBack();
      this.release(id, open);
    }
  }

  private find(id: string): Open {
    const open = this.byId.get(id);
    if (open && this.isCopied(open.transaction.file)) throw new BranchBusy("the branch is being cloned");
    if (open) return open;
    throw new HeliosError(
      "TRANSACTION_LOST",
      "The transaction is gone, and nothing of it was written: the process that ran it ended. Begin a new one.",
    );
  }

  private release(id: string, { transaction: { file } }: Open): void {
    this.byId.delete(id);
    this.held.delete(file.internal);
    this.files.set(file.internal, file);
  }
}
