import {
  type BeginTransaction,
  type BranchName,
  type Cancellation,
  type CommitInfo,
  HeliosError,
  OPERATIONS,
  TRANSACTION_LIMITS,
  type TransactionInfo,
  type TransactionOperation,
} from "@heliosdb/port";
import { cancelledWaiting, outcomeUnknown } from "../errors/errors.js";
import { WriterLost } from "../writers/command.js";
import type { DatabaseWrites } from "../writers/database-writes.js";
import { type Ending, expired, hasEnded, lost } from "./ended.js";
import type { TransactionFigures } from "./figures.js";
import { MOST_WAITING, tooManyWaiting } from "./limits.js";

type Read = Extract<TransactionOperation, { op: "describe" | "query" | "queryJson" | "readTable" | "readTableJson" }>;

export interface TransactionTools {
  readonly writes: DatabaseWrites;
  readonly figures: TransactionFigures;
  read(operation: Read, deadlineMs: number, cancellation: Cancellation | undefined): Promise<unknown>;
  /** Called once, when it has ended. */
  ended(ending: Ending): void;
}

/** How long the commit itself, or the rollback, may take. */
const END_MS = 30_000;

/**
 * One open transaction. While it only reads, it is no more than an SCN at which the readers read. Once it writes, it lives
 * in a writer process, where its branch file is open for it.
 */
export class Transaction {
  private state: TransactionInfo["state"] = "reading";
  /** Its requests, one after the other. */
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private hasRead = false;
  /** Its outcome is looked for if the process ends now. */
  private isCommitting = false;
  private ending: Ending | null = null;
  private idle: NodeJS.Timeout | undefined;
  private readonly whole: NodeJS.Timeout;
  private readonly beganAt = Date.now();
  private readonly endsAt: number;
  private idleMs: number;
  private expiresAt: number;

  constructor(
    readonly id: string,
    /** Changes with the branch's name. */
    public branch: BranchName,
    readonly request: BeginTransaction,
    private scn: number,
    private readonly tools: TransactionTools,
  ) {
    const { idleMs, totalMs } = TRANSACTION_LIMITS;
    this.idleMs = within(request.idleMs, idleMs);
    const total = within(request.totalMs, totalMs);
    this.endsAt = this.beganAt + total;
    this.expiresAt = Math.min(this.endsAt, this.beganAt + this.idleMs);
    this.whole = setTimeout(() => this.expire(`it was open for longer than ${total} ms`), total);
    this.rest();
  }

  get info(): TransactionInfo {
    const { id, branch, state, scn, request } = this;
    const [beganAt, expiresAt, endsAt] = [this.beganAt, this.expiresAt, this.endsAt].map((ms) => ms * 1000);
    const { mode, owner } = request;
    return { id, branch, mode, state, owner, scn, beganAt: beganAt!, expiresAt: expiresAt!, endsAt: endsAt! };
  }

  /** Takes the branch at once, as its first request. Rejects with BRANCH_BUSY if it does not become free in time. */
  begin(): Promise<void> {
    return this.inTurn(() => this.hold());
  }

  /**
   * Takes the branch, in its turn: something that ended the transaction meanwhile would leave it open in the process.
   * Rejects with BRANCH_BUSY, or TRANSACTION_CONFLICT if the branch has changed since it was read.
   */
  private async hold(cancellation?: Cancellation): Promise<void> {
    const { id, branch, request } = this;
    const waitMs = within(request.waitMs, TRANSACTION_LIMITS.waitMs);
    await this.tools.writes.dedicate();
    const expectedScn = this.hasRead ? this.scn : undefined;
    const { foreignKeys } = request;
    const opening = { branch: branch.id, id, requestId: id, expectedScn, foreignKeys };
    this.tools.figures.waiting++;
    try {
      const opened = await this.tools.writes.submit({ op: "openTransaction", request: opening }, waitMs, cancellation);
      this.scn = (opened as { readonly scn: number }).scn;
      this.state = "writing";
    } catch (error) {
      throw isTimeout(error) ? busy(branch, waitMs) : error;
    } finally {
      this.tools.figures.waiting--;
    }
  }

  run(operation: TransactionOperation, deadlineMs: number, cancellation?: Cancellation): Promise<unknown> {
    return this.inTurn(async () => {
      if (cancellation?.isCancelled) throw cancelledWaiting();
      if (this.state === "writing") return this.write(operation, deadlineMs, cancellation);
      if (isRead(operation)) {
        this.hasRead = true;
        return this.tools.read(at(operation, this.scn), deadlineMs, cancellation);
      }
      if (this.request.mode === "read") throw readOnly();
      await this.hold(cancellation);
      return this.write(operation, deadlineMs, cancellation);
    });
  }

  private async write(
    operation: TransactionOperation,
    deadlineMs: number,
    cancellation: Cancellation | undefined,
  ): Promise<unknown> {
    const { id, tools } = this;
    const began = performance.now();
    const command = { do: "inTransaction", transaction: id, operation } as const;
    try {
      return await tools.writes.transaction(command, deadlineMs, cancellation);
    } catch (error) {
      if (error instanceof WriterLost) {
        if (cancellation?.isCancelled) {
          cancellation.hasStopped = true;
          throw this.fail(lost("a statement of it was cancelled"));
        }
        const isSlow = performance.now() - began >= deadlineMs;
        throw this.fail(lost(isSlow ? `a statement exceeded its timeout of ${deadlineMs} ms` : undefined));
      }
      if (isOver(error)) throw this.fail(error);
      throw error;
    }
  }

  /** Resolves to how it has ended: by this, or before its turn came. */
  commit(message: string | undefined, deadlineMs = END_MS): Promise<Ending> {
    return this.toEnd(async () => {
      const commit = await this.committed(message ?? this.request.message ?? null, deadlineMs);
      this.end({ kind: "committed", commit });
    });
  }

  private async committed(message: string | null, deadlineMs: number): Promise<CommitInfo> {
    const { id, tools, request } = this;
    if (this.state === "reading") return { scn: this.scn, timestamp: this.beganAt * 1000, changed: false };
    const end = { end: "commit", author: request.author, message } as const;
    this.isCommitting = true;
    try {
      return (await tools.writes.transaction({ do: "endTransaction", transaction: id, end }, deadlineMs)) as CommitInfo;
    } catch (error) {
      // A commit that is still waiting at its deadline leaves the transaction as it is.
      if (isTimeout(error)) throw error;
      if (error instanceof WriterLost) {
        const found = await tools.writes.committed(this.branch.id, id).catch(() => undefined);
        if (found) return found;
        throw found === undefined ? this.doubt(outcomeUnknown()) : this.fail(lost());
      }
      if (isUnknown(error)) throw this.doubt(error);
      throw this.fail(error instanceof HeliosError ? error : lost());
    } finally {
      this.isCommitting = false;
    }
  }

  /** Resolves to how it has ended: by this, or before its turn came, which may have been by a commit. */
  async rollBack(): Promise<Ending> {
    const ending = { kind: "rolled back" } as const;
    if (this.withdrawn(ending, hasEnded(this.id, ending.kind))) return ending;
    return this.toEnd(() => this.rolledBack(ending));
  }

  /** Ends it in its turn, unless it has ended by then. */
  private async toEnd(work: () => Promise<void>): Promise<Ending> {
    try {
      await this.inTurn(work);
    } catch (error) {
      if (!this.ending) throw error;
    }
    return this.ending!;
  }

  /**
   * Ends it at once if it still waits for its branch. That request fails with `error`, so those behind it must not find
   * it open any more.
   */
  private withdrawn(ending: Ending, error: HeliosError): boolean {
    if (this.ending || !this.tools.writes.withdraw(this.id, error)) return false;
    this.end(ending);
    return true;
  }

  renew(idleMs: number | undefined): void {
    if (idleMs !== undefined) this.idleMs = within(idleMs, TRANSACTION_LIMITS.idleMs);
    if (this.waiting === 0) this.rest();
  }

  /** The process is gone in which it wrote, or its database. */
  lose(error = lost()): void {
    if (this.isCommitting) return;
    if (this.state === "writing" || error.code !== "TRANSACTION_LOST") this.fail(error);
  }

  /** Runs work when all earlier requests have a response. The clock stands still meanwhile. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= MOST_WAITING) throw tooManyWaiting();
    this.waiting++;
    clearTimeout(this.idle);
    const before = this.last;
    const mine = (async () => {
      await before;
      if (this.ending) throw errorOf(this.ending);
      return work();
    })();
    this.last = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      this.waiting--;
      if (this.waiting === 0) this.rest();
    }
  }

  /** From now on, it waits for its next request. */
  private rest(): void {
    clearTimeout(this.idle);
    if (this.ending) return;
    this.expiresAt = Math.min(this.endsAt, Date.now() + this.idleMs);
    const { idleMs } = this;
    this.idle = setTimeout(() => this.expire(`it got no request for ${idleMs} ms`), idleMs);
  }

  private expire(why: string): void {
    const error = expired(why);
    const ending = { kind: "failed", error } as const;
    if (this.ending || this.withdrawn(ending, error)) return;
    // Requests that have come before get their responses; later ones are told.
    this.last = this.last.then(() => this.rolledBack(ending)).catch(() => {});
  }

  private async rolledBack(ending: Ending): Promise<void> {
    if (this.ending) return;
    const { id, tools, state } = this;
    // From here on, no request is run in it.
    this.end(ending, state === "writing");
    if (state === "reading") return;
    const command = { do: "endTransaction", transaction: id, end: { end: "roll back" } } as const;
    let isWaiting = true;
    while (isWaiting) {
      try {
        await tools.writes.transaction(command, END_MS);
        isWaiting = false;
      } catch (error) {
        // Whatever else ended it, nothing of it is left.
        isWaiting = isTimeout(error);
      }
    }
    tools.writes.transactionEnded(this.branch.name);
  }

  private fail(error: HeliosError): HeliosError {
    this.end({ kind: "failed", error });
    return error;
  }

  /** Nobody knows whether it is committed. */
  private doubt(error: HeliosError): HeliosError {
    this.end({ kind: "unknown", error });
    return error;
  }

  private end(ending: Ending, isRollingBack = false): void {
    if (this.ending) return;
    this.ending = ending;
    clearTimeout(this.idle);
    clearTimeout(this.whole);
    if (this.state === "writing" && !isRollingBack) this.tools.writes.transactionEnded(this.branch.name);
    this.tools.ended(ending);
  }
}

/** What later requests are told. */
export function errorOf(ending: Ending): HeliosError {
  if (ending.kind === "failed" || ending.kind === "unknown") return ending.error;
  return new HeliosError("TRANSACTION_NOT_FOUND", `The transaction has been ${ending.kind}.`);
}

function isRead(operation: TransactionOperation): operation is Read {
  return OPERATIONS[operation.op].kind === "read";
}

/** The same read at the state of the transaction. */
function at(operation: Read, scn: number): Read {
  return { ...operation, request: { ...operation.request, at: { kind: "scn", scn }, inTransaction: true } } as Read;
}

function isOver(error: unknown): error is HeliosError {
  return error instanceof HeliosError && (error.code === "TRANSACTION_ABORTED" || error.code === "TRANSACTION_LOST");
}

/** It has waited for too long, and was not run. */
function isTimeout(error: unknown): boolean {
  return error instanceof HeliosError && error.code === "QUERY_TIMEOUT";
}

/** A commit that has happened, but may be lost yet. */
function isUnknown(error: unknown): error is HeliosError {
  return error instanceof HeliosError && error.code === "WORKER_LOST";
}

function within(asked: number | undefined, bounds: { readonly default: number; readonly most: number }): number {
  return Math.max(1, Math.min(asked ?? bounds.default, bounds.most));
}

function busy({ name }: BranchName, waitMs: number): HeliosError {
  return new HeliosError(
    "BRANCH_BUSY",
    `Branch '${name}' was in use by another transaction or write for ${waitMs} ms. Try again shortly, or wait longer.`,
  );
}

function readOnly(): HeliosError {
  return new HeliosError("FIELD_CONFLICT", "This transaction only reads. To write, begin one with mode 'write'.");
}
