import { type AsOf, bodyPoint } from "../arguments/point.js";
import { SqlText, statementOf } from "../arguments/sql-text.js";
import { type ParameterValues, wireParameters } from "../arguments/values.js";
import {
  type BatchResult,
  batchResultOf,
  type ExecuteResult,
  executeResultOf,
  type QueryResult,
  queryResultOf,
  type Row,
} from "../results/rows.js";
import type { CallOptions, RepeatableOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, type InTransaction, onceIn, pathOf } from "./parts.js";
import { type QueryStream, streamQuery } from "./query-stream.js";

interface Values {
  /** Values for `$1`, `$2`, … or for each `?` in order, or for `:name` by name: plain, or `{ type, value }`. */
  readonly params?: ParameterValues;
}

interface Limits extends CallOptions, InTransaction {
  /** Milliseconds after which the server stops the work and writes nothing. Default 30,000. */
  readonly timeoutMs?: number;
  /** Maximum number of rows; more are cut off. */
  readonly maxRows?: number;
}

interface StatementOptions extends Limits, Values {}

interface QueryOnly {
  /** Point in time to read. Default now. */
  readonly asOf?: AsOf;
  /** Add the execution plan. */
  readonly explain?: boolean;
}

export interface QueryStatement extends StatementOptions, QueryOnly {
  /** One statement that only reads. */
  readonly sql: string | SqlText;
}

export interface ExecuteStatement extends StatementOptions, RepeatableOptions {
  /** One statement that writes rows or changes the schema. */
  readonly sql: string | SqlText;
}

/** One statement of a batch: its SQL, with values if it has any. */
export type BatchStatement = string | SqlText | (Values & { readonly sql: string });

interface BatchOnly extends Limits, RepeatableOptions {
  /** For the branch's history. */
  readonly message?: string;
}

export interface ExecuteBatch extends BatchOnly {
  readonly statements: readonly BatchStatement[];
}

interface OnBranch {
  /** Name or id of the branch. Default `main`. */
  readonly branch?: string;
}

export interface QueryOptions extends StatementOptions, QueryOnly, OnBranch {}
export interface StreamOptions extends Omit<QueryOptions, "transactionId"> {}
export interface ExecuteOptions extends StatementOptions, RepeatableOptions, OnBranch {}
export interface BatchOptions extends BatchOnly, OnBranch {}

/** SQL on a branch. */
export class Sql {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Runs one statement that only reads, now or at an earlier point in time. */
  async query<R = Row>(sql: string | SqlText, options: QueryOptions = {}): Promise<QueryResult<R>> {
    const { branch = "main", timeoutMs } = options;
    const { data } = await this.#transport.api.POST("/v1/branches/{branch}/query", {
      params: { path: pathOf({ branch }) },
      body: wireQuery(sql, options),
      fetch: this.#transport.call({ idempotent: true, serverTimeoutMs: timeoutMs }, options),
    });
    return queryResultOf<R>(bodyOf(data), this.#transport.forms);
  }

  /**
   * The same for results of any size: rows arrive while the query runs, without a limit on their number except
   * `maxRows`. Resolves when the first ones have arrived. `timeoutMs` limits the server's work, `requestTimeoutMs` each
   * pause.
   */
  async stream<R = Row>(sql: string | SqlText, options: StreamOptions = {}): Promise<QueryStream<R>> {
    const { branch = "main" } = options;
    return streamQuery<R>(this.#transport, pathOf({ branch }).branch, wireQuery(sql, options), options);
  }

  /** Runs one statement that writes rows or changes the schema, as one commit. RETURNING returns rows. */
  async execute<R = Row>(sql: string | SqlText, options: ExecuteOptions = {}): Promise<ExecuteResult<R>> {
    const { branch = "main", timeoutMs, maxRows } = options;
    const { data } = await this.#transport.api.POST("/v1/branches/{branch}/execute", {
      params: { path: pathOf({ branch }) },
      body: {
        ...wireStatement(sql, options.params),
        transaction_id: options.transactionId,
        timeout_ms: timeoutMs,
        max_rows: maxRows,
      },
      fetch: this.#transport.call({ ...onceIn(options), serverTimeoutMs: timeoutMs }, options),
    });
    return executeResultOf<R>(bodyOf(data), this.#transport.forms);
  }

  /**
   * Runs statements that write rows or change the schema as one transaction: all of them or none, as one commit. A SELECT
   * among them sees what those before it wrote. If one fails, `details.statement_index` of the error is its index, counted
   * from 0.
   */
  async batch<R = Row>(statements: readonly BatchStatement[], options: BatchOptions = {}): Promise<BatchResult<R>> {
    const { branch = "main", message, timeoutMs, maxRows } = options;
    const { data } = await this.#transport.api.POST("/v1/branches/{branch}/batch", {
      params: { path: pathOf({ branch }) },
      body: {
        statements: statements.map(wireBatchStatement),
        message,
        transaction_id: options.transactionId,
        timeout_ms: timeoutMs,
        max_rows: maxRows,
      },
      fetch: this.#transport.call({ ...onceIn(options), serverTimeoutMs: timeoutMs }, options),
    });
    return batchResultOf<R>(bodyOf(data), this.#transport.forms);
  }
}

function wireQuery(sql: string | SqlText, { params, asOf, timeoutMs, maxRows, explain, transactionId }: QueryOptions) {
  return {
    ...wireStatement(sql, params),
    as_of: asOf === undefined ? undefined : bodyPoint(asOf),
    transaction_id: transactionId,
    timeout_ms: timeoutMs,
    max_rows: maxRows,
    explain,
  };
}

function wireStatement(statement: string | SqlText, values: ParameterValues | undefined) {
  const { sql, params } = statementOf(statement, values);
  return { sql, params: params && wireParameters(params) };
}

function wireBatchStatement(statement: BatchStatement) {
  if (typeof statement === "string" || statement instanceof SqlText) return wireStatement(statement, undefined);
  return wireStatement(statement.sql, statement.params);
}
