import type { components } from "../generated/schema.js";
import { dateOf, maybeDate } from "./times.js";

export type Scope = components["schemas"]["Scope"];
export type Role = components["schemas"]["Role"];

/** The parts of a database that a key sees; null means all. */
export interface KeyLimits {
  /** Globs of branch names. */
  readonly branches: readonly string[] | null;
  readonly tables: readonly string[] | null;
}

/** The identity for which the server takes the caller. */
export interface Identity extends KeyLimits {
  /** How the request was authenticated. */
  readonly method: "jwt" | "api_key" | "none";
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  /** Limited by the user's role. */
  readonly scopes: readonly Scope[];
  /** The user's role, if the server has a user with that id. */
  readonly role: Role | null;
  /** The key, or the one that a token was exchanged for. */
  readonly keyId: string | null;
  /** Name of the key. */
  readonly name: string | null;
  readonly expiresAt: Date | null;
}

export interface Token {
  /** The JWT. */
  readonly token: string;
  /** Seconds until it expires. */
  readonly expiresIn: number;
  readonly expiresAt: Date;
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
}

export interface ApiKey extends KeyLimits {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** When the secret was last replaced; null if never. */
  readonly rotatedAt: Date | null;
  /** When the signing secret was made; null for none. */
  readonly signingSecretAt: Date | null;
}

/** Signs requests in place of a key. */
export interface SigningSecret {
  /** Sent as `X-API-Key` in signed requests. */
  readonly keyId: string;
  /** The server shows it this once. */
  readonly signingSecret: string;
  readonly createdAt: Date;
}

export interface CreatedApiKey extends ApiKey {
  /** The complete key. The server shows it only once. */
  readonly key: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly disabledAt: Date | null;
}

export interface Tenant {
  readonly name: string;
  readonly createdAt: Date;
}

export function identityOf(wire: components["schemas"]["Identity"]): Identity {
  return {
    method: wire.method,
    userId: wire.user_id,
    tenantId: wire.tenant_id,
    clientId: wire.client_id,
    scopes: wire.scopes,
    role: wire.role,
    keyId: wire.key_id,
    name: wire.name,
    expiresAt: maybeDate(wire.expires_at),
    branches: wire.branches,
    tables: wire.tables,
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
    rotatedAt: maybeDate(wire.rotated_at),
    signingSecretAt: maybeDate(wire.signing_secret_at),
    branches: wire.branches,
    tables: wire.tables,
  };
}

export function createdOf(wire: components["schemas"]["CreatedApiKey"]): CreatedApiKey {
  return { ...apiKeyOf(wire), key: wire.key };
}

export function signingSecretOf(wire: components["schemas"]["SigningSecret"]): SigningSecret {
  return { keyId: wire.key_id, signingSecret: wire.signing_secret, createdAt: dateOf(wire.created_at) };
}

export function userOf(wire: components["schemas"]["User"]): User {
  return {
    id: wire.id,
    name: wire.name,
    email: wire.email,
    role: wire.role,
    disabled: wire.disabled,
    createdAt: dateOf(wire.created_at),
    updatedAt: dateOf(wire.updated_at),
    disabledAt: maybeDate(wire.disabled_at),
  };
}

export function tenantOf(wire: components["schemas"]["Tenant"]): Tenant {
  return { name: wire.name, createdAt: dateOf(wire.created_at) };
}
