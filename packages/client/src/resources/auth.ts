import type { CallOptions, RepeatableOptions } from "../options.js";
import {
  type ApiKey,
  apiKeyOf,
  type CreatedApiKey,
  type Identity,
  identityOf,
  type Scope,
  type Token,
  tokenOf,
} from "../results/auth.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

export interface CreateToken extends CallOptions {
  /** Seconds until the token ends: 60 to 86,400, default 3,600. It never outlives the key. */
  readonly expiresIn?: number;
  /** Fewer scopes than the key has. */
  readonly scopes?: readonly Scope[];
}

export interface CreateKey extends RepeatableOptions {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Default: the caller's. */
  readonly userId?: string;
  readonly clientId?: string;
  /** Default: the caller's. Another is for the server's own key. */
  readonly tenantId?: string;
  /** Seconds until the key ends. Default never. */
  readonly expiresIn?: number;
}

/** API keys: make, list and revoke them; they need the scope `admin`. */
export class Keys {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The answer holds the whole key; it can't be seen again. */
  async create(request: CreateKey): Promise<CreatedApiKey> {
    const { data } = await this.#transport.api.POST("/v1/auth/keys", {
      body: {
        name: request.name,
        scopes: [...request.scopes],
        user_id: request.userId,
        client_id: request.clientId,
        tenant_id: request.tenantId,
        expires_in: request.expiresIn,
      },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    const created = bodyOf(data);
    return { ...apiKeyOf(created), key: created.key };
  }

  /** All keys of the tenant, revoked ones included, newest first; never the keys themselves. */
  async list(options: CallOptions = {}): Promise<readonly ApiKey[]> {
    const { data } = await this.#transport.api.GET("/v1/auth/keys", {
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return bodyOf(data).keys.map(apiKeyOf);
  }

  /** Revokes a key by its id, at once. */
  async revoke(id: string, options: CallOptions = {}): Promise<ApiKey> {
    const { data } = await this.#transport.api.DELETE("/v1/auth/keys/{key}", {
      params: { path: pathOf({ key: id }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return apiKeyOf(bodyOf(data));
  }
}

/** Who the caller is, tokens and keys. */
export class Auth {
  readonly keys: Keys;
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
    this.keys = new Keys(transport);
  }

  /** Who the server takes this client for. */
  async me(options: CallOptions = {}): Promise<Identity> {
    const { data } = await this.#transport.api.GET("/v1/auth/me", {
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return identityOf(bodyOf(data));
  }

  /** Exchanges this client's API key for a JWT with its scopes, or fewer. */
  async token(request: CreateToken = {}): Promise<Token> {
    const { data } = await this.#transport.api.POST("/v1/auth/token", {
      body: { expires_in: request.expiresIn, scopes: request.scopes ? [...request.scopes] : undefined },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return tokenOf(bodyOf(data));
  }
}
