import { ROLE_SCOPES } from "../access/roles.js";
import { within } from "../access/scopes.js";
import type { ApiKeys } from "./api-keys.js";
import type { Identity, Verified } from "./identity.js";
import { LEEWAY_SECONDS, type TokenClaims } from "./jwt-verifier.js";
import type { Session } from "./session.js";
import type { Users } from "./users.js";

/** The catalog's facts about a credential: its key, its user and that user's role, as they are now. */
export class CredentialLookup {
  constructor(
    private readonly keys: ApiKeys,
    private readonly users: Users,
  ) {}

  async ofKey(key: string, hash: string): Promise<Verified | null> {
    const found = await this.keys.verify(key, hash);
    if (!found) return null;
    const identity = await this.bounded(found);
    return identity && { identity, until: identity.expiresAt };
  }

  /** The identity of a key that signed a request, bounded as that of a key which was sent. */
  ofSigner(identity: Identity): Promise<Identity | null> {
    return this.bounded(identity);
  }

  async ofToken({ identity: said, key }: TokenClaims): Promise<Verified | null> {
    const end = said.expiresAt! + LEEWAY_SECONDS;
    if (!key) {
      const identity = await this.bounded(said);
      return identity && { identity, until: end };
    }
    const found = await this.keys.living(key);
    if (found?.identity.tenantId !== said.tenantId) return null;
    const holder = await this.bounded(found.identity);
    if (!holder) return null;
    // Counted as the key is, or each token would be another bucket.
    const { userId, role, keyId, rateKey, branches, tables, expiresAt } = holder;
    return {
      identity: {
        ...said,
        ...{ userId, role, keyId, rateKey, branches, tables },
        scopes: within(said.scopes, holder.scopes),
        expiresAt: Math.min(said.expiresAt!, expiresAt ?? Number.POSITIVE_INFINITY),
      },
      until: Math.min(end, expiresAt ?? Number.POSITIVE_INFINITY),
    };
  }

  /** The key that opened a session, as it is now. */
  async ofSession(session: Session, secret: string): Promise<Verified | null> {
    const found = await this.keys.living(session.key);
    if (!found || !session.isBoundTo(secret, found.hash)) return null;
    const identity = await this.bounded(found.identity);
    if (!identity) return null;
    session.boundBy(identity.expiresAt);
    return { identity: { ...identity, session }, until: identity.expiresAt };
  }

  /** With no more than the user's role allows; null for one who is disabled. Whom the catalog does not know stays as is. */
  private async bounded(identity: Identity): Promise<Identity | null> {
    // The program's own keys can't be locked out by what is in the catalog.
    if (this.keys.isStatic(identity)) return identity;
    const user = await this.users.find(identity.tenantId, identity.userId);
    if (!user) return identity;
    if (user.disabledAt !== null) return null;
    return { ...identity, role: user.role, scopes: within(identity.scopes, ROLE_SCOPES[user.role]) };
  }
}
