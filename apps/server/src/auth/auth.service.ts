import { Injectable } from "@nestjs/common";
import type { ApiKeyEntity } from "../catalog/api-key.entity.js";
import type { Call } from "../edge/call.js";
import { ApiError } from "../errors/api-error.js";
import type { CreatedKey, IdentityInfo, IssuedToken, KeyInfo } from "../presenters/domain.js";
import { TenantDirectory } from "../tenants/tenant-directory.js";
import { nowSeconds } from "../util/time.js";
import { ApiKeys } from "./api-keys.js";
import type * as operations from "./auth.operations.js";
import { AuthRuntime } from "./auth-runtime.js";
import { DEFAULT_TOKEN_SECONDS } from "./jwt-manager.js";
import { allows, parseScopes, type Scope } from "./scopes.js";

@Injectable()
export class AuthService {
  constructor(
    private readonly runtime: AuthRuntime,
    private readonly keys: ApiKeys,
    private readonly tenants: TenantDirectory,
  ) {}

  async createToken({ body, identity }: Call<typeof operations.createToken>): Promise<IssuedToken> {
    const { jwt } = this.runtime;
    if (!jwt) throw new ApiError("NOT_IMPLEMENTED", "This server runs without authentication and makes no tokens");
    if (identity.method !== "api_key") throw new ApiError("FORBIDDEN", "A token is exchanged for an API key");
    const scopes = body?.scopes ? parseScopes(body.scopes) : identity.scopes;
    const missing = scopes.find((scope) => !allows(identity.scopes, scope));
    if (missing) throw lacking(missing);
    const now = nowSeconds();
    const wanted = now + (body?.expires_in ?? DEFAULT_TOKEN_SECONDS);
    const expiresAt = Math.min(wanted, identity.expiresAt ?? wanted);
    const { userId, tenantId } = identity;
    const token = jwt.generateToken(userId, tenantId, identity.clientId ?? identity.keyId ?? "", { scopes, expiresAt });
    return { token, expiresIn: expiresAt - now, expiresAt, tenantId, scopes };
  }

  identity({ identity }: Call<typeof operations.getIdentity>): IdentityInfo {
    return identity;
  }

  async createKey({ body, identity }: Call<typeof operations.createKey>): Promise<CreatedKey> {
    const tenantId = body.tenant_id ?? identity.tenantId;
    if (tenantId !== identity.tenantId && !identity.isServer) {
      throw new ApiError("FORBIDDEN", "Keys for another tenant are made with the server's own key (k_admin)");
    }
    if (!this.tenants.find(tenantId)) throw new ApiError("TENANT_NOT_FOUND", `Tenant '${tenantId}' not found`);
    const { row, secret } = await this.keys.create({
      name: body.name,
      userId: body.user_id ?? identity.userId,
      tenantId,
      clientId: body.client_id ?? null,
      scopes: parseScopes(body.scopes),
      expiresAt: body.expires_in === undefined ? null : nowSeconds() + body.expires_in,
    });
    return { key: keyInfo(row), secret };
  }

  async listKeys({ identity }: Call<typeof operations.listKeys>): Promise<readonly KeyInfo[]> {
    return (await this.keys.list(identity.tenantId)).map(keyInfo);
  }

  async revokeKey({ params, identity }: Call<typeof operations.revokeKey>): Promise<KeyInfo> {
    const row = await this.keys.revoke(identity.tenantId, params.key);
    if (!row) throw new ApiError("KEY_NOT_FOUND", `API key '${params.key}' not found`);
    this.runtime.authenticator.forget();
    return keyInfo(row);
  }
}

export function lacking(scope: Scope): ApiError {
  return new ApiError("FORBIDDEN", `Insufficient permissions: this needs the scope '${scope}'`, { scope });
}

function keyInfo(row: ApiKeyEntity): KeyInfo {
  return { ...row, scopes: parseScopes(row.scopes.split(" ")) };
}
