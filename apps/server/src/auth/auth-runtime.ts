import type { Authenticator } from "./authenticator.js";
import type { JwtManager } from "./jwt-manager.js";

/** What an AuthMiddleware has become once a server runs. */
export class AuthRuntime {
  constructor(
    readonly authenticator: Authenticator,
    /** Null where authentication is off. */
    readonly jwt: JwtManager | null,
  ) {}
}
