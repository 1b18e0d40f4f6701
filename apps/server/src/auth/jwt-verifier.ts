import passport from "passport";
import { ExtractJwt, Strategy } from "passport-jwt";
import { UNLIMITED } from "../access/limits.js";
import { parseScopes } from "../access/scopes.js";
import type { Identity } from "./identity.js";
import { GENERATION_CLAIM, KEY_CLAIM, type KeySecret } from "./jwt-manager.js";

/** Clocks differ; a token is held valid this many seconds past its end and before its beginning. */
export const LEEWAY_SECONDS = 30;

/** The claims of a token. Only the catalog knows whether its key and user are still valid. */
export interface TokenClaims {
  readonly identity: Identity;
  /** Null for a token that was not exchanged for a key. */
  readonly key: KeySecret | null;
}

/**
 * Verifies JWTs with passport-jwt. The registry of strategies is this verifier's: passport's default one is shared by the
 * whole process, and would tie two servers in one program together. Nest's guards for passport run after the body has been
 * read, and authentication comes before.
 *
 * Only HS256 with the server's own secret counts. Headers that name a key (kid, jku, jwk, x5u) are never looked at.
 */
export class JwtVerifier {
  private readonly passport = new passport.Passport();

  constructor(secret: string | Uint8Array) {
    const strategy = new Strategy(
      {
        secretOrKey: typeof secret === "string" ? secret : Buffer.from(secret),
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        algorithms: ["HS256"],
        jsonWebTokenOptions: { clockTolerance: LEEWAY_SECONDS },
      },
      (claims: unknown, done: (error: null, token: TokenClaims | false) => void) =>
        done(null, tokenOf(claims) ?? false),
    );
    this.passport.use("jwt", strategy);
  }

  /** The claims of a token, or null if it is invalid. */
  verify(token: string): Promise<TokenClaims | null> {
    return new Promise((resolve) => {
      const settle = (error: unknown, claims: TokenClaims | false | undefined) => resolve((!error && claims) || null);
      const authenticate = this.passport.authenticate("jwt", { session: false }, settle);
      authenticate({ headers: { authorization: `Bearer ${token}` } }, {}, () => resolve(null));
    });
  }
}

function tokenOf(claims: unknown): TokenClaims | null {
  if (typeof claims !== "object" || claims === null) return null;
  const named = claims as { [claim: string]: unknown };
  const { sub, tenant_id, client_id, exp, scopes } = named;
  // A token without an end would hold for ever.
  if (typeof exp !== "number" || typeof sub !== "string" || sub === "" || typeof tenant_id !== "string") return null;
  const key = keyOf(named[KEY_CLAIM], named[GENERATION_CLAIM]);
  if (key === undefined) return null;
  const words = Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : [];
  const identity: Identity = {
    ...UNLIMITED,
    method: "jwt",
    userId: sub,
    tenantId: tenant_id,
    clientId: typeof client_id === "string" ? client_id : null,
    scopes: parseScopes(words),
    role: null,
    keyId: null,
    generation: 0,
    name: null,
    expiresAt: Math.floor(exp),
    rateKey: JSON.stringify([tenant_id, sub]),
    isServer: false,
  };
  return { identity, key };
}

/** Null where a token names no key, undefined where it names one in a way that can't be checked. */
function keyOf(id: unknown, generation: unknown): KeySecret | null | undefined {
  if (id === undefined && generation === undefined) return null;
  return typeof id === "string" && Number.isSafeInteger(generation)
    ? { id, generation: generation as number }
    : undefined;
}
