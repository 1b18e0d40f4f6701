import { type RetentionSettings, retentionOf } from "../results/retention.js";
import type { CallOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf } from "./parts.js";

/** Fields that are left out are not changed. */
export interface SetRetention extends CallOptions {
  /** History older than this is removed; null: without a limit. */
  readonly historySeconds?: number | null;
  /** History of one branch beyond this size is removed, oldest first; null: without a limit. */
  readonly historyBytes?: number | null;
  /** How long a deleted branch can be undeleted. */
  readonly deletedSeconds?: number;
}

/** How long history is kept; needs the scope `admin`. */
export class Retention {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async get(options: CallOptions = {}): Promise<RetentionSettings> {
    const { data } = await this.#transport.api.GET("/v1/retention", {
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return retentionOf(bodyOf(data));
  }

  /** Overrides the server's default settings. */
  async set(request: SetRetention): Promise<RetentionSettings> {
    const { historySeconds, historyBytes, deletedSeconds } = request;
    const { data } = await this.#transport.api.PUT("/v1/retention", {
      body: { history_seconds: historySeconds, history_bytes: historyBytes, deleted_seconds: deletedSeconds },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return retentionOf(bodyOf(data));
  }
}
