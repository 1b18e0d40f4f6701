import type { Limits } from "../access/limits.js";
import type { Role } from "../access/roles.js";
import type { Scope } from "../access/scopes.js";

/** Who a request speaks for, as shown to that caller. */
export interface IdentityInfo extends Limits {
  readonly method: "jwt" | "api_key" | "none";
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly role: Role | null;
  readonly keyId: string | null;
  readonly name: string | null;
  /** Seconds since 1970; null for a credential without an end. */
  readonly expiresAt: number | null;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresIn: number;
  readonly expiresAt: number;
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
}
