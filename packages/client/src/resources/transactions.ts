import { type AsOf, bodyPoint } from "../arguments/point.js";
import { type EndedTransaction, endedTransactionOf, type Transaction, transactionOf } from "../results/transaction.js";
import type { CallOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

export interface BeginTransaction extends CallOptions {
  /**
   * `write`: it has the branch to itself at once. `deferred`: it does from its first write on, if the branch has not
   * changed since it was read. `read`: it only reads, always the same state. Default `write`.
   */
  readonly mode?: "read" | "deferred" | "write";
  /** With mode `read`: the point in time to read. Default now. */
  readonly asOf?: AsOf;
  /** For the branch's history. */
  readonly message?: string;
  /** Milliseconds to wait for the branch. Default 5,000, at most 60,000. */
  readonly waitMs?: number;
  /** Milliseconds that it waits for its next request before it is rolled back. Default 10,000, at most 60,000. */
  readonly idleMs?: number;
  /** Milliseconds after which it is rolled back in any case. Default 60,000, at most 300,000. */
  readonly maxMs?: number;
}

export interface RenewTransaction extends CallOptions {
  readonly idleMs?: number;
}

export interface CommitTransaction extends CallOptions {
  /** For the branch's history; replaces the message that it began with. */
  readonly message?: string;
}

const PATH = "/v1/branches/{branch}/transactions";
const ONE = "/v1/branches/{branch}/transactions/{transaction}";

/** Transactions of several requests. `branch.transaction(…)` does all of this for one function. */
export class Transactions {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Other calls take part in it by `transactionId`. */
  async begin(branch: string, request: BeginTransaction = {}): Promise<Transaction> {
    const { mode, asOf, message, waitMs, idleMs, maxMs } = request;
    const { data } = await this.#transport.api.POST(PATH, {
      params: { path: pathOf({ branch }) },
      body: {
        mode,
        as_of: asOf === undefined ? undefined : bodyPoint(asOf),
        message,
        wait_ms: waitMs,
        idle_ms: idleMs,
        max_ms: maxMs,
      },
      fetch: this.#transport.call({ idempotent: false, serverTimeoutMs: waitMs }, request),
    });
    return transactionOf(bodyOf(data));
  }

  /** Open ones of the client's own key or user, oldest first; for an administrator, everybody's. */
  async list(branch: string, options: CallOptions = {}): Promise<readonly Transaction[]> {
    const { data } = await this.#transport.api.GET(PATH, {
      params: { path: pathOf({ branch }) },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return bodyOf(data).transactions.map(transactionOf);
  }

  async get(branch: string, transaction: string, options: CallOptions = {}): Promise<Transaction> {
    const { data } = await this.#transport.api.GET(ONE, {
      params: { path: pathOf({ branch, transaction }) },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return transactionOf(bodyOf(data));
  }

  /** It waits again for as long as it may for its next request. */
  async renew(branch: string, transaction: string, options: RenewTransaction = {}): Promise<Transaction> {
    const { data } = await this.#transport.api.POST(`${ONE}/renew`, {
      params: { path: pathOf({ branch, transaction }) },
      body: { idle_ms: options.idleMs },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return transactionOf(bodyOf(data));
  }

  /** Everything that was written in it becomes one commit. Committing again resolves to the same result. */
  async commit(branch: string, transaction: string, options: CommitTransaction = {}): Promise<EndedTransaction> {
    const { data } = await this.#transport.api.POST(`${ONE}/commit`, {
      params: { path: pathOf({ branch, transaction }) },
      body: { message: options.message },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return endedTransactionOf(bodyOf(data));
  }

  /** Nothing of it is written. One that has been rolled back already is no error. */
  async rollBack(branch: string, transaction: string, options: CallOptions = {}): Promise<EndedTransaction> {
    const { data } = await this.#transport.api.POST(`${ONE}/rollback`, {
      params: { path: pathOf({ branch, transaction }) },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return endedTransactionOf(bodyOf(data));
  }

  /** Rolls back anybody's transaction, for an administrator. */
  async end(branch: string, transaction: string, options: CallOptions = {}): Promise<EndedTransaction> {
    const { data } = await this.#transport.api.DELETE(ONE, {
      params: { path: pathOf({ branch, transaction }) },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return endedTransactionOf(bodyOf(data));
  }
}
