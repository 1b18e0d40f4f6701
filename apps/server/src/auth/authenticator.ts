import { sha256 } from "../util/ids.js";
import { Lru } from "../util/lru.js";
import { nowSeconds } from "../util/time.js";
import type { ApiKeys } from "./api-keys.js";
import { ADMIN_KEY_ID, DEFAULT_TENANT, type Identity } from "./identity.js";
import { type JwtVerifier, LEEWAY_SECONDS } from "./jwt-verifier.js";

const CACHE_SIZE = 10_000;
/** Longer credentials are nobody's, and hashing them would be work for strangers. */
const MAX_CREDENTIAL = 16_384;

/** Finds out who a request speaks for. */
export interface Authenticator {
  /** At once where the credential was seen before, else as a promise. Null when none holds. */
  authenticate(
    authorization: string | undefined,
    apiKey: string | undefined,
  ): Identity | null | Promise<Identity | null>;
  /** Forgets what was verified before, as when a key is revoked. */
  forget(): void;
}

/** Bearer JWT first; if it fails or is missing, the API key. */
export class CredentialAuthenticator implements Authenticator {
  /** By SHA-256 of the credential, so that no secret stays in memory as a key. */
  private readonly verified = new Lru<string, Identity>(CACHE_SIZE);
  /** Grows with each forget(), so that a verification under way can't put back what was just forgotten. */
  private generation = 0;

  constructor(
    private readonly jwt: JwtVerifier,
    private readonly keys: ApiKeys,
  ) {}

  authenticate(authorization: string | undefined, apiKey: string | undefined) {
    const token = bearerToken(authorization);
    const byToken = token === undefined ? null : this.byToken(token);
    if (byToken && "then" in byToken) return byToken.then((identity) => identity ?? this.byKey(apiKey));
    return byToken ?? this.byKey(apiKey);
  }

  forget(): void {
    this.generation++;
    this.verified.clear();
  }

  private byToken(token: string): Identity | null | Promise<Identity | null> {
    const hash = `jwt:${sha256(token)}`;
    const cached = this.recall(hash, LEEWAY_SECONDS);
    if (cached) return cached;
    const generation = this.generation;
    return this.jwt.verify(token).then((identity) => this.remember(hash, identity, generation));
  }

  private byKey(key: string | undefined): Identity | null | Promise<Identity | null> {
    if (key === undefined || key === "" || key.length > MAX_CREDENTIAL) return null;
    const digest = sha256(key);
    const hash = `key:${digest}`;
    const cached = this.recall(hash, 0);
    if (cached) return cached;
    const generation = this.generation;
    return this.keys.verify(key, digest).then((identity) => this.remember(hash, identity, generation));
  }

  private recall(hash: string, leeway: number): Identity | null {
    const identity = this.verified.get(hash);
    if (!identity) return null;
    return identity.expiresAt === null || nowSeconds() < identity.expiresAt + leeway ? identity : null;
  }

  private remember(hash: string, identity: Identity | null, generation: number): Identity | null {
    if (identity && generation === this.generation) this.verified.set(hash, identity);
    return identity;
  }
}

/** For a server without authentication: everyone is its operator. Only ever used on loopback. */
export class OpenAuthenticator implements Authenticator {
  private readonly identity: Identity = {
    method: "none",
    userId: "anonymous",
    tenantId: DEFAULT_TENANT,
    clientId: null,
    scopes: ["admin"],
    keyId: null,
    name: null,
    expiresAt: null,
    rateKey: ADMIN_KEY_ID,
    isServer: true,
  };

  authenticate(): Identity {
    return this.identity;
  }

  forget(): void {}
}

function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length > MAX_CREDENTIAL) return undefined;
  return /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
}
