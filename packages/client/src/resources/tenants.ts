import { type Tenant, tenantOf } from "../results/auth.js";
import type { CallOptions, RepeatableOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

/** Tenants, each with its own database; for a client with the server's own key. */
export class Tenants {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async create(name: string, options: RepeatableOptions = {}): Promise<Tenant> {
    const { data } = await this.#transport.api.POST("/v1/tenants", {
      body: { name },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return tenantOf(bodyOf(data));
  }

  /** Oldest first. */
  async list(options: CallOptions = {}): Promise<readonly Tenant[]> {
    const { data } = await this.#transport.api.GET("/v1/tenants", {
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return bodyOf(data).tenants.map(tenantOf);
  }

  /** Rejects with `TENANT_NOT_FOUND` if there is none with that name. */
  async get(name: string, options: CallOptions = {}): Promise<Tenant> {
    const { data } = await this.#transport.api.GET("/v1/tenants/{tenant}", {
      params: { path: pathOf({ tenant: name }) },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return tenantOf(bodyOf(data));
  }

  /**
   * Deletes it with its keys, users, branches and history; nothing can be undeleted. Resolves to the deleted tenant.
   */
  async delete(name: string, options: CallOptions = {}): Promise<Tenant> {
    const { data } = await this.#transport.api.DELETE("/v1/tenants/{tenant}", {
      params: { path: pathOf({ tenant: name }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return tenantOf(bodyOf(data));
  }
}
