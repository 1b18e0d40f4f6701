import { type AsOf, bodyPoint } from "../arguments/point.js";
import { type Snapshot, snapshotOf } from "../results/snapshot.js";
import type { CallOptions, RepeatableOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

export interface CreateSnapshot extends RepeatableOptions {
  /** Point in time to keep. Default now. */
  readonly asOf?: AsOf;
  /** Deleting and restoring accept it in place of the id. */
  readonly name?: string;
  readonly description?: string;
}

/** Snapshots: states of a branch that are kept whatever retention removes. */
export class Snapshots {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Snapshots of a branch, newest first. */
  async list(branch: string, options: CallOptions = {}): Promise<readonly Snapshot[]> {
    const { data } = await this.#transport.api.GET("/v1/branches/{branch}/snapshots", {
      params: { path: pathOf({ branch }) },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return bodyOf(data).snapshots.map(snapshotOf);
  }

  async create(branch: string, request: CreateSnapshot = {}): Promise<Snapshot> {
    const { asOf, name, description } = request;
    const { data } = await this.#transport.api.POST("/v1/branches/{branch}/snapshots", {
      params: { path: pathOf({ branch }) },
      body: { as_of: asOf === undefined ? undefined : bodyPoint(asOf), name, description },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return snapshotOf(bodyOf(data));
  }

  /** By id or name; resolves to the deleted snapshot. Its state can still be read for as long as retention keeps it. */
  async delete(branch: string, snapshot: string, options: CallOptions = {}): Promise<Snapshot> {
    const { data } = await this.#transport.api.DELETE("/v1/branches/{branch}/snapshots/{snapshot}", {
      params: { path: pathOf({ branch, snapshot }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return snapshotOf(bodyOf(data));
  }
}
