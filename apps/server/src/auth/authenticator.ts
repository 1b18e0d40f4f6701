import { LRUCache } from "lru-cache";
import { UNLIMITED } from "../access/limits.js";
import { ADMIN_KEY_ID, DEFAULT_TENANT } from "../access/well-known.js";
import { sha256 } from "../util/ids.js";
import { nowSeconds } from "../util/time.js";
import type { Credential } from "./credential.js";
import type { CredentialLookup } from "./credential-lookup.js";
import { Generation } from "./generation.js";
import { type Identity, type Verified } from "./identity.js";
import type { JwtVerifier } from "./jwt-verifier.js";
import type { Session } from "./session.js";
import type { Sessions } from "./sessions.js";

const CACHE_BYTES = 16 * 1024 * 1024;
/** Of a remembered credential, beside its texts. */
const ENTRY_BYTES = 1024;
/** Longer credentials are nobody's, and hashing them would be work for strangers. */
const MAX_CREDENTIAL = 16_384;

/** Finds out who a request speaks for. */
export interface Authenticator {
  /** Tries them in turn: at once while each was seen before, else as a promise. Null when none holds. */
  authenticate(credentials: readonly Credential[]): Identity | null | Promise<Identity | null>;
  /** The first of them that was seen before, or null. */
  known(credentials: readonly Credential[]): Identity | null;
  /** The generation of what was verified. */
  readonly generation: Generation;
  /**
   * Forgets what was verified before, as when a key is revoked or a user's role changes. Resolves once nobody remembers
   * it, in other processes neither.
   */
  forget(): Promise<void>;
}

/** Verifies JWTs, API keys and sessions, and remembers those that held. */
export class CredentialAuthenticator implements Authenticator {
  /** By SHA-256 of the credential, so that no secret stays in memory as a key. */
  private readonly verified = new LRUCache<string, Verified>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ identity }) => ENTRY_BYTES + 2 * identity.rateKey.length,
  });
  /** Raised with each forget(), so that a verification under way can't put back what was just forgotten. */
  readonly generation = new Generation();

  constructor(
    private readonly jwt: JwtVerifier,
    private readonly lookup: CredentialLookup,
    private readonly sessions: Sessions,
  ) {}

  authenticate(credentials: readonly Credential[], first = 0): Identity | null | Promise<Identity | null> {
    for (let i = first; i < credentials.length; i++) {
      const identity = this.verify(credentials[i]!);
      if (identity && "then" in identity)
        return identity.then((found) => found ?? this.authenticate(credentials, i + 1));
      if (identity) return identity;
    }
    return null;
  }

  known(credentials: readonly Credential[]): Identity | null {
    for (const { kind, secret } of credentials) {
      const known = secret.length > MAX_CREDENTIAL ? undefined : this.verified.get(nameOf(kind, sha256(secret)));
      if (known && holds(known)) return known.identity;
    }
    return null;
  }

  forget(): Promise<void> {
    this.verified.clear();
    return this.generation.raise();
  }

  private verify({ user, ...credential }: Credential): Identity | null | Promise<Identity | null> {
    const found = this.verifySecret(credential);
    if (user === undefined || user === "" || found === null) return found;
    return "then" in found ? found.then((identity) => ofUser(identity, user)) : ofUser(found, user);
  }

  private verifySecret({ kind, secret }: Credential): Identity | null | Promise<Identity | null> {
    if (secret.length > MAX_CREDENTIAL) return null;
    const digest = sha256(secret);
    return this.recall(nameOf(kind, digest), async () => {
      if (kind === "key") return this.lookup.ofKey(secret, digest);
      if (kind === "session") {
        const session = await this.sessions.find(secret);
        return session && this.lookup.ofSession(session, secret);
      }
      const claims = await this.jwt.verify(secret);
      return claims && this.lookup.ofToken(claims);
    });
  }

  /** The remembered identity of a credential, otherwise the result of `verify`. */
  private recall(name: string, verify: () => Promise<Verified | null>): Identity | Promise<Identity | null> {
    const known = this.verified.get(name);
    if (known && holds(known)) return known.identity;
    const generation = this.generation.current;
    return verify().then((found) => {
      if (found && generation === this.generation.current) this.verified.set(name, found);
      return found?.identity ?? null;
    });
  }
}

function nameOf(kind: Credential["kind"], digest: string): string {
  return `${kind}:${digest}`;
}

/** Whether a credential that held still does. */
function holds({ until, identity: { session } }: Verified): boolean {
  return (until === null || nowSeconds() < until) && (session === undefined || session.isLive);
}

/** Whoever names another key than the one that was sent has mixed something up. */
function ofUser(identity: Identity | null, user: string): Identity | null {
  return identity && (user === identity.keyId || user === identity.name) ? identity : null;
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

  readonly generation = new Generation();

  constructor(private readonly sessions: Sessions) {}

  /** Sessions are found all the same: their clients want to know when they end. */
  authenticate(credentials: readonly Credential[]): Identity | Promise<Identity> {
    const secret = credentials.find(({ kind }) => kind === "session")?.secret;
    const session = secret === undefined ? null : this.sessions.find(secret);
    if (session && "then" in session) return session.then((found) => this.within(found));
    return this.within(session);
  }

  known(): Identity {
    return this.identity;
  }

  forget(): Promise<void> {
    return this.generation.raise();
  }

  private within(session: Session | null): Identity {
    return session ? { ...this.identity, session } : this.identity;
  }
}
