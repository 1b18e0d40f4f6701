import { type Backup, backupOf } from "../results/backup.js";
import type { CallOptions, RepeatableOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf } from "./parts.js";

/** A copy takes time in proportion to the data. */
const PATIENCE_MS = 24 * 3_600_000;

export interface CreateBackup extends RepeatableOptions {
  /** The name of its folder. Default: the time. */
  readonly name?: string;
}

/** Copies of the server's whole data folder; only for the server's own key. */
export class Backups {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Copies everything to a folder on the server's machine, and returns when the copy is complete. */
  async create(request: CreateBackup = {}): Promise<Backup> {
    const { name } = request;
    const { data } = await this.#transport.api.POST("/v1/backups", {
      body: { name },
      fetch: this.#transport.call({ idempotent: false, serverTimeoutMs: PATIENCE_MS }, request),
    });
    return backupOf(bodyOf(data));
  }

  /** Newest first. */
  async list(options: CallOptions = {}): Promise<readonly Backup[]> {
    const { data } = await this.#transport.api.GET("/v1/backups", {
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return bodyOf(data).backups.map(backupOf);
  }
}
