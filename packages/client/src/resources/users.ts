import { type Role, type User, userOf } from "../results/auth.js";
import type { CallOptions, RepeatableOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

export interface CreateUser extends RepeatableOptions {
  /** Id of the user in keys and tokens, such as an e-mail address. */
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly role: Role;
}

/** Fields that are left out are not changed. */
export interface UpdateUser extends CallOptions {
  readonly name?: string;
  /** Null removes it. */
  readonly email?: string | null;
  readonly role?: Role;
  /** While true, none of the user's keys and tokens are valid. */
  readonly disabled?: boolean;
}

/** The tenant's users, whose roles limit their keys and tokens; all of this needs the scope `admin`. */
export class Users {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async create(request: CreateUser): Promise<User> {
    const { id, name, email, role } = request;
    const { data } = await this.#transport.api.POST("/v1/auth/users", {
      body: { id, name, email, role },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return userOf(bodyOf(data));
  }

  /** Includes disabled users, oldest first. */
  async list(options: CallOptions = {}): Promise<readonly User[]> {
    const { data } = await this.#transport.api.GET("/v1/auth/users", {
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return bodyOf(data).users.map(userOf);
  }

  /** Rejects with `USER_NOT_FOUND` if the tenant has none with that id. */
  async get(id: string, options: CallOptions = {}): Promise<User> {
    const { data } = await this.#transport.api.GET("/v1/auth/users/{user}", {
      params: { path: pathOf({ user: id }) },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return userOf(bodyOf(data));
  }

  /** A new role, or `disabled`, takes effect with the user's next request. */
  async update(id: string, request: UpdateUser): Promise<User> {
    const { name, email, role, disabled } = request;
    const { data } = await this.#transport.api.PATCH("/v1/auth/users/{user}", {
      params: { path: pathOf({ user: id }) },
      body: { name, email, role, disabled },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    return userOf(bodyOf(data));
  }

  /** Revokes all of the user's keys. Resolves to the deleted user. */
  async delete(id: string, options: CallOptions = {}): Promise<User> {
    const { data } = await this.#transport.api.DELETE("/v1/auth/users/{user}", {
      params: { path: pathOf({ user: id }) },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    return userOf(bodyOf(data));
  }
}
