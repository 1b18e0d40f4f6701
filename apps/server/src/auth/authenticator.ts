import { UNLIMITED } from "../access/limits.js";
import { sha256 } from "../util/ids.js";
import { Lru } from "../util/lru.js";
import { nowSeconds } from "../util/time.js";
import type { Credentials } from "./credentials.js";
import { ADMIN_KEY_ID, DEFAULT_TENANT, type Identity, type Verified } from "./identity.js";
import type { JwtVerifier } from "./jwt-verifier.js";

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
  /** Forgets what was verified before, as when a key is revoked or a user's role changes. */
  forget(): void;
}

/** Bearer JWT first; if it fails or is missing, the API key. */
export class CredentialAuthenticator implements Authenticator {
  /** By SHA-256 of the credential, so that no secret stays in memory as a key. */
  private readonly verified = new Lru<string, Verified>(CACHE_SIZE);
  /** Grows with each forget(), so that a verification under way can't put back what was just forgotten. */
  private generation = 0;

  constructor(
    private readonly jwt: JwtVerifier,
    private readonly credentials: Credentials,
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
    return this.recall(`jwt:${sha256(token)}`, async () => {
      const claims = await this.jwt.verify(token);
      return claims && this.credentials.ofToken(claims);
    });
  }

  private byKey(key: string | undefined): Identity | null | Promise<Identity | null> {
    if (key === undefined || key === "" || key.length > MAX_CREDENTIAL) return null;
    const digest = sha256(key);
    return this.recall(`key:${digest}`, () => this.credentials.ofKey(key, digest));
  }

  /** What is remembered of a credential, or else what `verify` says. */
  private recall(name: string, verify: () => Promise<Verified | null>): Identity | Promise<Identity | null> {
    const known = this.verified.get(name);
    if (known && (known.until === null || nowSeconds() < known.until)) return known.identity;
    const generation = this.generation;
    return verify().then((found) => {
      if (found && generation === this.generation) this.verified.set(name, found);
      return found?.identity ?? null;
    });
  }
}

/** For a server without authentication: everyone is its operator. Only ever used on loopback. */
export class OpenAuthenticator implements Authenticator {
  private readonly identity: Identity = {
    ...UNLIMITED,
    method: "none",
    userId: "anonymous",
    tenantId: DEFAULT_TENANT,
    clientId: null,
    scopes: ["admin"],
    role: null,
    keyId: null,
    generation: 0,
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
