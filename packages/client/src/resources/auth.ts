import { type Identity, identityOf, type Scope, type Token, tokenOf } from "../results/auth.js";
import type { CallOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { Keys } from "./keys.js";
import { bodyOf } from "./parts.js";
import { Users } from "./users.js";

export interface CreateToken extends CallOptions {
  /** Seconds until the token expires: 60 to 86,400, default 3,600. It never outlives the key. */
  readonly expiresIn?: number;
  /** Fewer scopes than the key has. */
  readonly scopes?: readonly Scope[];
}

/** The caller's identity, tokens, keys and users. */
export class Auth {
  readonly keys: Keys;
  readonly users: Users;
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
    this.keys = new Keys(transport);
    this.users = new Users(transport);
  }

  /** The identity for which the server takes this client. */
  async me(options: CallOptions = {}): Promise<Identity> {
    const { data } = await this.#transport.api.GET("/v1/auth/me", {
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return identityOf(bodyOf(data));
  }

  /** Exchanges this client's API key for a JWT with its scopes, or fewer. It expires with the key at the latest. */
  async token(request: CreateToken = {}): Promise<Token> {
    const { data } = await this.#transport.api.POST("/v1/auth/token", {
      body: { expires_in: request.expiresIn, scopes: request.scopes ? [...request.scopes] : undefined },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return tokenOf(bodyOf(data));
  }
}
