import type { Limits } from "../access/limits.js";
import type { Scope } from "../access/scopes.js";

/** Times in seconds since 1970. */
export interface KeyInfo extends Limits {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly rotatedAt: number | null;
  /** When its signing secret was made; null where it has none. */
  readonly signingSince: number | null;
}

/** A signing secret, shown this once. */
export interface CreatedSigningSecret {
  readonly keyId: string;
  readonly secret: string;
  readonly createdAt: number;
}

export interface CreatedKey {
  readonly key: KeyInfo;
  /** The whole key, shown this once. */
  readonly secret: string;
}
