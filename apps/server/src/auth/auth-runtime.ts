import type { Authenticator } from "./authenticator.js";
import type { JwtManager } from "./jwt-manager.js";
import type { Sessions } from "./sessions.js";
import type { SigningSecrets } from "./signing-secrets.js";

/** The running form of an AuthMiddleware. */
export class AuthRuntime {
  constructor(
    readonly authenticator: Authenticator,
    /** Null where authentication is off. */
    readonly jwt: JwtManager | null,
    readonly sessions: Sessions,
    /** Null where authentication is off. */
    readonly signingSecrets: SigningSecrets | null,
  ) {}
}
