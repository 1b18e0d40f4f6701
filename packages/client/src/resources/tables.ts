import { type AsOf, urlPoint } from "../arguments/point.js";
import { type Table, tableOf } from "../results/table.js";
import type { CallOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

export interface ListTables extends CallOptions {
  /** Point in time to read. Default now. */
  readonly asOf?: AsOf;
}

/** The tables of a branch. */
export class Tables {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list(branch = "main", options: ListTables = {}): Promise<readonly Table[]> {
    const { data } = await this.#transport.api.GET("/v1/branches/{branch}/tables", {
      params: {
        path: pathOf({ branch }),
        query: { as_of: options.asOf === undefined ? undefined : urlPoint(options.asOf) },
      },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return bodyOf(data).tables.map(tableOf);
  }
}
