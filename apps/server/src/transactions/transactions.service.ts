import type {
  BeginTransaction,
  BranchRef,
  Cancellation,
  DatabasePort,
  EndedTransaction,
  TransactionInfo,
  TransactionOp,
  TransactionOperation,
  TransactionRef,
} from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { allows } from "../access/scopes.js";
import type { Caller } from "../auth/caller.js";
import type { Identity } from "../auth/identity.js";
import { lacking } from "../auth/lacking.js";
import { ownerOf } from "../auth/owner.js";
import { ApiError } from "../errors/api-error.js";

/** Is told of the transaction after each request in it, so that the response can say when it expires. */
export type NoteTransaction = (transaction: TransactionInfo) => void;

export type Begin = Omit<BeginTransaction, "owner" | "author">;

/** Transactions of several requests. Each belongs to the credential that began it. */
@Injectable()
export class TransactionsService {
  begin({ identity, database }: Caller, request: Begin): Promise<TransactionInfo> {
    if (request.mode !== "read" && !allows(identity.scopes, "write")) throw lacking("write");
    return database.beginTransaction({ ...request, owner: ownerOf(identity), author: identity.userId });
  }

  /** The caller's own; an administrator's list has everybody's. */
  list({ identity, database }: Caller, branch: BranchRef): Promise<readonly TransactionInfo[]> {
    return database.listTransactions({ branch, owner: isAdmin(identity) ? null : ownerOf(identity) });
  }

  get(caller: Caller, branch: BranchRef, transaction: string): Promise<TransactionInfo> {
    return caller.database.getTransaction(refOf(caller, branch, transaction));
  }

  renew(caller: Caller, branch: BranchRef, transaction: string, idleMs?: number): Promise<TransactionInfo> {
    return caller.database.renewTransaction({ ...refOf(caller, branch, transaction), idleMs });
  }

  commit(caller: Caller, branch: BranchRef, transaction: string, message?: string): Promise<EndedTransaction> {
    return caller.database.endTransaction({ ...refOf(caller, branch, transaction), end: "commit", message });
  }

  rollBack(caller: Caller, branch: BranchRef, transaction: string): Promise<EndedTransaction> {
    return caller.database.endTransaction({ ...refOf(caller, branch, transaction), end: "roll back" });
  }

  /** For an administrator: whoever's it is. */
  end({ database }: Caller, branch: BranchRef, transaction: string): Promise<EndedTransaction> {
    return database.endTransaction({ branch, transaction, owner: null, end: "roll back" });
  }

  /**
   * The caller, for services whose requests are to run in a transaction; as it is, without one.
   * @param others other fields of the request that mean something only outside a transaction
   */
  within(
    caller: Caller,
    branch: BranchRef,
    transaction: string | undefined,
    note: NoteTransaction,
    others: { readonly [field: string]: unknown } = {},
  ): Caller {
    if (transaction === undefined) return caller;
    const conflicting = Object.keys(others).find((field) => others[field] !== undefined && others[field] !== null);
    if (conflicting !== undefined) throw conflict(conflicting);
    if (caller.effectId !== undefined) throw conflict("Idempotency-Key");
    return { ...caller, database: bound(caller.database, refOf(caller, branch, transaction), note) };
  }
}

/** A database whose reads and writes run in one transaction. */
function bound(database: DatabasePort, ref: TransactionRef, note: NoteTransaction): DatabasePort {
  const run =
    <O extends TransactionOp>(op: O) =>
    async (request: { readonly deadlineMs?: number }, cancellation?: Cancellation) => {
      const operation = { op, request } as unknown as TransactionOperation<O>;
      try {
        const { result, transaction } = await database.inTransaction(
          { ...ref, operation, deadlineMs: request.deadlineMs },
          cancellation,
        );
        note(transaction);
        return result as never;
      } catch (error) {
        // If the transaction goes on, the response says until when.
        await database.getTransaction(ref).then(note, () => {});
        throw error;
      }
    };
  return {
    ...database,
    describe: run("describe"),
    query: run("query"),
    queryJson: run("queryJson"),
    readTable: run("readTable"),
    readTableJson: run("readTableJson"),
    execute: run("execute"),
    insertRows: run("insertRows"),
    updateRows: run("updateRows"),
    deleteRows: run("deleteRows"),
  };
}

function refOf({ identity }: Caller, branch: BranchRef, transaction: string): TransactionRef {
  return { branch, transaction, owner: ownerOf(identity) };
}

function isAdmin({ scopes }: Identity): boolean {
  return allows(scopes, "admin");
}

function conflict(field: string): ApiError {
  return new ApiError(
    "FIELD_CONFLICT",
    `'${field}' can't be used in a transaction. Leave it out, or leave out 'transaction_id'.`,
    {
      fields: ["transaction_id", field],
    },
  );
}
