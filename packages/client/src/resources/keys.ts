import {
  type ApiKey,
  apiKeyOf,
  type CreatedApiKey,
  createdOf,
  type Scope,
  type SigningSecret,
  signingSecretOf,
} from "../results/auth.js";
import type { CallOptions, RepeatableOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

export interface CreateKey extends RepeatableOptions {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Default: the caller. */
  readonly userId?: string;
  readonly clientId?: string;
  /** Default: the caller's tenant. Only the server's own key can name another. */
  readonly tenantId?: string;
  /** Seconds until the key expires. Default: never. */
  readonly expiresIn?: number;
  /** Globs of branches: the key sees only these, for example `feature-*`. Default all. */
  readonly branches?: readonly string[];
  /** The only tables whose rows the key reads and writes; it can't send SQL then. Default all. */
  readonly tables?: readonly string[];
}

export interface RotateKey extends RepeatableOptions {
  /** Seconds for which the old secret stays valid: up to 604,800, default 0. */
  readonly grace?: number;
}

export interface CreateSigningSecret extends RepeatableOptions {
  /** Seconds for which the previous signing secret stays valid: up to 604,800, default 0. */
  readonly grace?: number;
}

/** API keys: create, show, rotate and revoke them; all of this needs the scope `admin`. */
export class Keys {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The response has the complete key, which is never shown again. */
  async create(request: CreateKey): Promise<CreatedApiKey> {
    const { data } = await this.#transport.api.POST("/v1/auth/keys", {
      body: {
        name: request.name,
        scopes: [...request.scopes],
        user_id: request.userId,
        client_id: request.clientId,
        tenant_id: request.tenantId,
        expires_in: request.expiresIn,
        branches: request.branches && [...request.branches],
        tables: request.tables && [...request.tables],
      },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return createdOf(bodyOf(data));
  }

  /** All keys of the tenant, including revoked ones, newest first; never the secrets. */
  async list(options: CallOptions = {}): Promise<readonly ApiKey[]> {
    const { data } = await this.#transport.api.GET("/v1/auth/keys", {
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return bodyOf(data).keys.map(apiKeyOf);
  }

  /** Rejects with `KEY_NOT_FOUND` if the tenant has none with that id. */
  async get(id: string, options: CallOptions = {}): Promise<ApiKey> {
    const { data } = await this.#transport.api.GET("/v1/auth/keys/{key}", {
      params: { path: pathOf({ key: id }) },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return apiKeyOf(bodyOf(data));
  }

  async rename(id: string, name: string, options: CallOptions = {}): Promise<ApiKey> {
    const { data } = await this.#transport.api.PATCH("/v1/auth/keys/{key}", {
      params: { path: pathOf({ key: id }) },
      body: { name },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return apiKeyOf(bodyOf(data));
  }

  /** Gives a key a new secret. The response has the complete key, which is never shown again. */
  async rotate(id: string, request: RotateKey = {}): Promise<CreatedApiKey> {
    const { data } = await this.#transport.api.POST("/v1/auth/keys/{key}/rotate", {
      params: { path: pathOf({ key: id }) },
      body: { grace: request.grace ?? 0 },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return createdOf(bodyOf(data));
  }

  /**
   * Creates a signing secret for a key, for requests of the SQLExec API that are signed instead of sending the key. It
   * replaces an existing one. The response has the secret, which is never shown again.
   */
  async createSigningSecret(id: string, request: CreateSigningSecret = {}): Promise<SigningSecret> {
    const { data } = await this.#transport.api.POST("/v1/auth/keys/{key}/signing-secret", {
      params: { path: pathOf({ key: id }) },
      body: { grace: request.grace ?? 0 },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return signingSecretOf(bodyOf(data));
  }

  /** Revokes the signing secrets of a key at once. The key itself stays valid. */
  async revokeSigningSecret(id: string, options: CallOptions = {}): Promise<ApiKey> {
    const { data } = await this.#transport.api.DELETE("/v1/auth/keys/{key}/signing-secret", {
      params: { path: pathOf({ key: id }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return apiKeyOf(bodyOf(data));
  }

  /** Revokes a key by its id, at once, together with the tokens that it was exchanged for. */
  async revoke(id: string, options: CallOptions = {}): Promise<ApiKey> {
    const { data } = await this.#transport.api.DELETE("/v1/auth/keys/{key}", {
      params: { path: pathOf({ key: id }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return apiKeyOf(bodyOf(data));
  }
}
