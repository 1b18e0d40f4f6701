import { type CancelledQuery, type RunningQuery, runningQueryOf } from "../results/running-query.js";
import type { CallOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

/** Queries, writes and other work for which the database is busy. */
export class Queries {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Those of the client's own key or user, oldest first; for an administrator, everybody's. */
  async list(options: CallOptions = {}): Promise<readonly RunningQuery[]> {
    const { data } = await this.#transport.api.GET("/v1/queries", {
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return bodyOf(data).queries.map(runningQueryOf);
  }

  /**
   * Stops the work of a call; the call itself rejects with `QUERY_CANCELLED`. Resolves when it has ended.
   * @param query id of the query in the list, or the `queryId` that the call was made with
   */
  async cancel(query: string, options: CallOptions = {}): Promise<CancelledQuery> {
    const { data } = await this.#transport.api.DELETE("/v1/queries/{query}", {
      params: { path: pathOf({ query }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    const { query_id: id, outcome } = bodyOf(data);
    return { id, outcome };
  }
}
