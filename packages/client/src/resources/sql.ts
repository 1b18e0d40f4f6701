import type { CallOptions } from "../options.js";
import { type AsOf, bodyPoint } from "../point.js";
import { type ExecuteResult, executeResultOf, type QueryResult, queryResultOf, type Row } from "../results/rows.js";
import type { Transport } from "../transport/transport.js";
import { type Value, wireValue } from "../values.js";
import { bodyOf, pathOf } from "./parts.js";

interface StatementOptions extends CallOptions {
  /** Values for `$1`, `$2`, … or for each `?` in order: bare, or `{ type, value }`. */
  readonly params?: readonly Value[];
  /** Milliseconds after which the server stops the work and writes nothing. Default 30,000. */
  readonly timeoutMs?: number;
  /** Rows after which the answer is cut. */
  readonly maxRows?: number;
}

interface QueryOnly {
  /** The moment to read. Default now. */
  readonly asOf?: AsOf;
  /** Add the execution plan. */
  readonly explain?: boolean;
}

export interface QueryStatement extends StatementOptions, QueryOnly {
  /** One statement that only reads. */
  readonly sql: string;
}

export interface ExecuteStatement extends StatementOptions {
  /** One statement that writes rows or changes the schema. */
  readonly sql: string;
}

interface OnBranch {
  /** Name or id of the branch. Default `main`. */
  readonly branch?: string;
}

export interface QueryOptions extends StatementOptions, QueryOnly, OnBranch {}
export interface ExecuteOptions extends StatementOptions, OnBranch {}

/** SQL on a branch. */
export class Sql {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Runs one statement that only reads, now or at any past moment. */
  async query<R = Row>(sql: string, options: QueryOptions = {}): Promise<QueryResult<R>> {
    const { branch = "main", params, asOf, timeoutMs, maxRows, explain } = options;
    const { data } = await this.#transport.api.POST("/v1/branches/{branch}/query", {
      params: { path: pathOf({ branch }) },
      body: {
        sql,
        params: params?.map(wireValue),
        as_of: asOf === undefined ? undefined : bodyPoint(asOf),
        timeout_ms: timeoutMs,
        max_rows: maxRows,
        explain,
      },
      fetch: this.#transport.call({ idempotent: true, serverTimeoutMs: timeoutMs }, options),
    });
    return queryResultOf<R>(bodyOf(data));
  }

  /** Runs one statement that writes rows or changes the schema, as one commit. RETURNING gives rows back. */
  async execute<R = Row>(sql: string, options: ExecuteOptions = {}): Promise<ExecuteResult<R>> {
    const { branch = "main", params, timeoutMs, maxRows } = options;
    const { data } = await this.#transport.api.POST("/v1/branches/{branch}/execute", {
      params: { path: pathOf({ branch }) },
      body: { sql, params: params?.map(wireValue), timeout_ms: timeoutMs, max_rows: maxRows },
      fetch: this.#transport.call({ idempotent: false, serverTimeoutMs: timeoutMs }, options),
    });
    return executeResultOf<R>(bodyOf(data));
  }
}
