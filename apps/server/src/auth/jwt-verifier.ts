import { type JwtFromRequestFunction, Strategy } from "passport-jwt";
import type { Identity } from "./identity.js";
import { parseScopes } from "./scopes.js";

/** Clocks differ; a token is held valid this many seconds past its end and before its beginning. */
export const LEEWAY_SECONDS = 30;

interface Outcome {
  success(identity: Identity): void;
  fail(): void;
  error(): void;
}

/**
 * Verifies JWTs with passport-jwt's strategy, which is driven directly: authentication comes before the body is read,
 * and a registry shared by the whole process would tie two servers in one program together.
 *
 * Only HS256 with the server's own secret counts. Headers that name a key (kid, jku, jwk, x5u) are never looked at.
 */
export class JwtVerifier {
  private readonly strategy: Strategy;

  constructor(secret: string | Uint8Array) {
    this.strategy = new Strategy(
      {
        secretOrKey: typeof secret === "string" ? secret : Buffer.from(secret),
        jwtFromRequest: ((request: { token: string }) => request.token) as unknown as JwtFromRequestFunction,
        algorithms: ["HS256"],
        jsonWebTokenOptions: { clockTolerance: LEEWAY_SECONDS },
      },
      (claims: unknown, done: (error: null, identity: Identity | false) => void) =>
        done(null, identityOf(claims) ?? false),
    );
  }

  /** The identity that a token stands for, or null when it does not hold. */
  verify(token: string): Promise<Identity | null> {
    return new Promise((resolve) => {
      const attempt = Object.create(this.strategy) as Strategy & Outcome;
      attempt.success = resolve;
      attempt.fail = () => resolve(null);
      attempt.error = () => resolve(null);
      attempt.authenticate({ token } as never);
    });
  }
}

function identityOf(claims: unknown): Identity | null {
  if (typeof claims !== "object" || claims === null) return null;
  const { sub, tenant_id, client_id, exp, scopes } = claims as { [claim: string]: unknown };
  // A token without an end would hold for ever.
  if (typeof exp !== "number" || typeof sub !== "string" || sub === "" || typeof tenant_id !== "string") return null;
  const words = Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : [];
  return {
    method: "jwt",
    userId: sub,
    tenantId: tenant_id,
    clientId: typeof client_id === "string" ? client_id : null,
    scopes: parseScopes(words),
    keyId: null,
    name: null,
    expiresAt: Math.floor(exp),
    rateKey: JSON.stringify([tenant_id, sub]),
    isServer: false,
  };
}
