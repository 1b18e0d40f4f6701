import { Injectable } from "@nestjs/common";
import { holds, parseScopes, type Scope } from "../access/scopes.js";
import { ApiError } from "../errors/api-error.js";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/auth/auth.operations.js";
import { nowSeconds } from "../util/time.js";
import { AuthRuntime } from "./auth-runtime.js";
import type { IdentityInfo, IssuedToken } from "./identity-info.js";
import { DEFAULT_TOKEN_SECONDS } from "./jwt-manager.js";

@Injectable()
export class AuthService {
  constructor(private readonly runtime: AuthRuntime) {}

  async createToken({ body, identity }: Call<typeof operations.createToken>): Promise<IssuedToken> {
    const { jwt } = this.runtime;
    if (!jwt) throw new ApiError("NOT_IMPLEMENTED", "This server runs without authentication and makes no tokens");
    if (identity.method !== "api_key") throw new ApiError("FORBIDDEN", "A token is exchanged for an API key");
    const scopes = body?.scopes ? parseScopes(body.scopes) : identity.scopes;
    const missing = scopes.find((scope) => !holds(identity.scopes, scope));
    if (missing) throw lacking(missing);
    const now = nowSeconds();
    const wanted = now + (body?.expires_in ?? DEFAULT_TOKEN_SECONDS);
    const expiresAt = Math.min(wanted, identity.expiresAt ?? wanted);
    const { userId, tenantId, clientId, generation } = identity;
    const id = identity.keyId!;
    const key = { id, generation };
    const token = jwt.generateToken(userId, tenantId, clientId ?? id, { scopes, expiresAt, key });
    return { token, expiresIn: expiresAt - now, expiresAt, tenantId, scopes };
  }

  identity({ identity }: Call<typeof operations.getIdentity>): IdentityInfo {
    return identity;
  }
}

export function lacking(scope: Scope): ApiError {
  return new ApiError("FORBIDDEN", `Insufficient permissions: this needs the scope '${scope}'`, { scope });
}
