import type { Limits } from "../access/limits.js";
import type { Role } from "../access/roles.js";
import type { Scope } from "../access/scopes.js";
import type { IdentityInfo } from "./identity-info.js";
import type { Session } from "./session.js";

/** Who a request speaks for. All of it comes from the one credential that held. */
export interface Identity extends Limits {
  readonly method: IdentityInfo["method"];
  readonly userId: string;
  /** The tenant's name, as a token or key has it; its database is found through the catalog. */
  readonly tenantId: string;
  readonly clientId: string | null;
  /** The credential's scopes, limited by its user's role. */
  readonly scopes: readonly Scope[];
  /** Of the user, where the catalog has one of that id. */
  readonly role: Role | null;
  /** The API key, or the one that a token was exchanged for. */
  readonly keyId: string | null;
  /**
   * Which of the key's secrets was sent: how often the key had been rotated when that one was made; for a key that the
   * server was started with, a number that changes with the key.
   */
  readonly generation: number;
  readonly name: string | null;
  /** Seconds since 1970; null for a credential without an end. */
  readonly expiresAt: number | null;
  /** The key of the rate limiter's bucket. */
  readonly rateKey: string;
  /** The server's own identity: may manage tenants and make keys for them. */
  readonly isServer: boolean;
  /** Set where the credential was a session. */
  readonly session?: Session;
}

/** A credential that held. */
export interface Verified {
  readonly identity: Identity;
  /** The second from which on it does not hold any more; null where only a change in the catalog can end it. */
  readonly until: number | null;
}
