import { HeliosError, type TransactionMode } from "@heliosdb/port";
import { allows } from "../../../access/scopes.js";
import type { Caller } from "../../../auth/caller.js";
import type { TransactionsService } from "../../../transactions/transactions.service.js";
import { ProtocolError } from "../protocol/protocol-error.js";
import { Savepoints } from "../streams/savepoints.js";
import type { Stream } from "../streams/stream.js";

/** Codes that say that a transaction is over although its client has not ended it. */
const OVER = ["TRANSACTION_EXPIRED", "TRANSACTION_LOST", "TRANSACTION_ABORTED", "TRANSACTION_NOT_FOUND"];

/** How long a transaction waits for its branch, as SQLite's clients are used to. */
const WAIT_MS = 5_000;

/** The transactions of streams: those of the server, begun and ended by SQL. */
export class StreamTransactions {
  constructor(private readonly transactions: TransactionsService) {}

  /** @param bySavepoint a savepoint begins it, not BEGIN */
  async begin(caller: Caller, stream: Stream, mode: TransactionMode, bySavepoint = false): Promise<void> {
    this.refuseUnlessOpen(stream);
    if (stream.transaction) throw sqlite("cannot start a transaction within a transaction");
    const { branch, at } = stream;
    // Clients begin a transaction for writing also where they only read; what writes is refused by itself.
    const onlyReads = at !== null || !allows(caller.identity.scopes, "write");
    const { id } = await this.transactions.begin(caller, {
      branch,
      mode: onlyReads ? "read" : mode,
      waitMs: WAIT_MS,
      foreignKeys: stream.foreignKeys,
      ...(at && { at }),
    });
    stream.transaction = { id, onlyReads: onlyReads || mode === "read", savepoints: new Savepoints(bySavepoint) };
  }

  async commit(caller: Caller, stream: Stream): Promise<void> {
    const { transaction } = stream;
    if (stream.mustRollBack || !transaction) {
      stream.mustRollBack = false;
      throw sqlite("cannot commit - no transaction is active");
    }
    stream.transaction = null;
    await this.transactions.commit(caller, stream.branch, transaction.id);
  }

  async rollBack(caller: Caller, stream: Stream): Promise<void> {
    const { transaction, mustRollBack } = stream;
    stream.mustRollBack = false;
    if (!transaction) {
      if (mustRollBack) return;
      throw sqlite("cannot rollback - no transaction is active");
    }
    stream.transaction = null;
    await this.transactions.rollBack(caller, stream.branch, transaction.id);
  }

  async abandon(caller: Caller, stream: Stream): Promise<void> {
    const { transaction } = stream;
    stream.transaction = null;
    stream.mustRollBack = false;
    if (transaction) await this.transactions.rollBack(caller, stream.branch, transaction.id).catch(() => {});
  }

  async isOpen(caller: Caller, stream: Stream): Promise<boolean> {
    if (!stream.transaction) return false;
    try {
      await this.transactions.get(caller, stream.branch, stream.transaction.id);
      return true;
    } catch (error) {
      if (!isOver(error)) throw error;
      return false;
    }
  }

  /** The caller, for requests that run in the stream's transaction if it has one. */
  within(caller: Caller, { branch, transaction }: Stream): Caller {
    return this.transactions.within(caller, branch, transaction?.id, () => {});
  }

  /** Runs work, and notes whether it ended the stream's transaction. */
  async watch<T>(caller: Caller, stream: Stream, work: () => Promise<T>): Promise<T> {
    const { transaction } = stream;
    try {
      return await work();
    } catch (error) {
      if (transaction && isOver(error)) {
        await this.abandon(caller, stream);
        stream.mustRollBack = true;
      }
      throw error;
    }
  }

  /** After the server rolled a transaction back, nothing may run outside it that was meant to be inside. */
  refuseUnlessOpen({ mustRollBack }: Stream): void {
    if (mustRollBack) throw sqlite("the transaction was rolled back. Send ROLLBACK, and begin again");
  }
}

function isOver(error: unknown): boolean {
  return error instanceof HeliosError && OVER.includes(error.code);
}

function sqlite(text: string): ProtocolError {
  return new ProtocolError("SQLITE_UNKNOWN", `SQLite error: ${text}`);
}
