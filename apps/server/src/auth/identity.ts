import type { IdentityInfo } from "../presenters/domain.js";
import type { Scope } from "./scopes.js";

/** The tenant that the server itself belongs to. */
export const DEFAULT_TENANT = "default";
/** The id of the key that the server was started with. */
export const ADMIN_KEY_ID = "k_admin";

/** Who a request speaks for. All of it comes from the one credential that held. */
export interface Identity {
  readonly method: IdentityInfo["method"];
  readonly userId: string;
  /** The tenant's name, as a token or key has it; its database is found through the catalog. */
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly keyId: string | null;
  readonly name: string | null;
  /** Seconds since 1970; null for a credential without an end. */
  readonly expiresAt: number | null;
  /** What the rate limiter counts by. */
  readonly rateKey: string;
  /** The server's own identity: may manage tenants and make keys for them. */
  readonly isServer: boolean;
}
