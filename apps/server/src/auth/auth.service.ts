import { Injectable } from "@nestjs/common";
import { holds, parseScopes } from "../access/scopes.js";
import { ApiError } from "../errors/api-error.js";
import { nowSeconds } from "../util/time.js";
import { AuthRuntime } from "./auth-runtime.js";
import type { Caller } from "./caller.js";
import type { IdentityInfo, IssuedToken } from "./identity-info.js";
import { DEFAULT_TOKEN_SECONDS } from "./jwt-manager.js";
import { lacking } from "./lacking.js";

export interface TokenRequest {
  /** Words of scopes. Default: those of the key. */
  readonly scopes?: readonly string[];
  /** Seconds. */
  readonly expiresIn?: number;
}

@Injectable()
export class AuthService {
  constructor(private readonly runtime: AuthRuntime) {}

  async createToken({ identity }: Caller, request: TokenRequest): Promise<IssuedToken> {
    const { jwt } = this.runtime;
    if (!jwt) throw new ApiError("NOT_IMPLEMENTED", "This server runs without authentication and issues no tokens.");
    if (identity.method !== "api_key")
      throw new ApiError("FORBIDDEN", "Only an API key can be exchanged for a token. Send the key as X-API-Key.");
    const scopes = request.scopes ? parseScopes(request.scopes) : identity.scopes;
    const missing = scopes.find((scope) => !holds(identity.scopes, scope));
    if (missing) throw lacking(missing);
    const now = nowSeconds();
    const wanted = now + (request.expiresIn ?? DEFAULT_TOKEN_SECONDS);
    const expiresAt = Math.min(wanted, identity.expiresAt ?? wanted);
    const { userId, tenantId, clientId, generation } = identity;
    const id = identity.keyId!;
    const key = { id, generation };
    const token = jwt.generateToken(userId, tenantId, clientId ?? id, { scopes, expiresAt, key });
    return { token, expiresIn: expiresAt - now, expiresAt, tenantId, scopes };
  }

  identity({ identity }: Caller): IdentityInfo {
    return identity;
  }
}
