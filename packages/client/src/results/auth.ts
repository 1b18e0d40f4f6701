import type { components } from "../generated/schema.js";
import { dateOf, maybeDate } from "./times.js";

export type Scope = components["schemas"]["Scope"];

/** Who the server takes the caller for. */
export interface Identity {
  /** What the request was authenticated by. */
  readonly method: "jwt" | "api_key" | "none";
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly keyId: string | null;
  /** The name that the key was given. */
  readonly name: string | null;
  readonly expiresAt: Date | null;
}

export interface Token {
  /** The JWT. */
  readonly token: string;
  /** Seconds until it ends. */
  readonly expiresIn: number;
  readonly expiresAt: Date;
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface CreatedApiKey extends ApiKey {
  /** The whole key. The server shows it this once. */
  readonly key: string;
}

export function identityOf(wire: components["schemas"]["Identity"]): Identity {
  return {
    method: wire.method,
    userId: wire.user_id,
    tenantId: wire.tenant_id,
    clientId: wire.client_id,
    scopes: wire.scopes,
    keyId: wire.key_id,
    name: wire.name,
    expiresAt: maybeDate(wire.expires_at),
  };
}

export function tokenOf(wire: components["schemas"]["Token"]): Token {
  return {
    token: wire.token,
    expiresIn: wire.expires_in,
    expiresAt: dateOf(wire.expires_at),
    tenantId: wire.tenant_id,
    scopes: wire.scopes,
  };
}

export function apiKeyOf(wire: components["schemas"]["ApiKey"]): ApiKey {
  return {
    id: wire.id,
    name: wire.name,
    userId: wire.user_id,
    tenantId: wire.tenant_id,
    clientId: wire.client_id,
    scopes: wire.scopes,
    createdAt: dateOf(wire.created_at),
    expiresAt: maybeDate(wire.expires_at),
    revokedAt: maybeDate(wire.revoked_at),
  };
}
