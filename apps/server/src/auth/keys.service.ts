import { Injectable } from "@nestjs/common";
import { parseScopes } from "../access/scopes.js";
import type { ApiKeyEntity } from "../catalog/api-key.entity.js";
import { TenantDirectory } from "../catalog/tenant-directory.js";
import { ApiError } from "../errors/api-error.js";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/auth/keys.operations.js";
import { nowSeconds } from "../util/time.js";
import { ApiKeys, hasEnded, type MadeKey } from "./api-keys.js";
import { AuthRuntime } from "./auth-runtime.js";
import type { Identity } from "./identity.js";
import type { CreatedKey, KeyInfo } from "./key-info.js";

@Injectable()
export class KeysService {
  constructor(
    private readonly runtime: AuthRuntime,
    private readonly keys: ApiKeys,
    private readonly tenants: TenantDirectory,
  ) {}

  async create({ body, identity }: Call<typeof operations.createKey>): Promise<CreatedKey> {
    const tenantId = body.tenant_id ?? identity.tenantId;
    if (tenantId !== identity.tenantId && !identity.isServer) {
      throw new ApiError("FORBIDDEN", "Keys for another tenant are made with the server's own key (k_admin)");
    }
    if (!this.tenants.find(tenantId)) throw new ApiError("TENANT_NOT_FOUND", `Tenant '${tenantId}' not found`);
    const scopes = parseScopes(body.scopes);
    const { branches = null, tables = null } = body;
    if (scopes.includes("admin") && (branches ?? tables)) {
      const field = branches ? "branches" : "tables";
      throw new ApiError("FIELD_CONFLICT", `A key with the scope 'admin' can't be limited by '${field}'`, {
        fields: ["scopes", field],
      });
    }
    const made = await this.keys.create({
      name: body.name,
      userId: body.user_id ?? identity.userId,
      tenantId,
      clientId: body.client_id ?? null,
      scopes,
      expiresAt: body.expires_in === undefined ? null : nowSeconds() + body.expires_in,
      branches,
      tables,
    });
    return created(made);
  }

  async list({ identity }: Call<typeof operations.listKeys>): Promise<readonly KeyInfo[]> {
    return (await this.keys.list(identity.tenantId)).map(keyInfo);
  }

  async get({ params, identity }: Call<typeof operations.getKey>): Promise<KeyInfo> {
    return keyInfo(await this.known(identity, params.key));
  }

  async rename({ params, body, identity }: Call<typeof operations.updateKey>): Promise<KeyInfo> {
    const row = await this.keys.rename(await this.known(identity, params.key), body.name);
    // What is remembered of the key has its name, too.
    this.runtime.authenticator.forget();
    return keyInfo(row);
  }

  async rotate({ params, body, identity }: Call<typeof operations.rotateKey>): Promise<CreatedKey> {
    const row = await this.known(identity, params.key);
    if (hasEnded(row)) throw ended(row.id, row.revokedAt !== null ? "has been revoked" : "has expired");
    const made = await this.keys.rotate(row, body?.grace ?? 0);
    if (!made) throw ended(row.id, "was rotated by another request meanwhile");
    this.runtime.authenticator.forget();
    return created(made);
  }

  async revoke({ params, identity }: Call<typeof operations.revokeKey>): Promise<KeyInfo> {
    const row = await this.keys.revoke(await this.known(identity, params.key));
    this.runtime.authenticator.forget();
    return keyInfo(row);
  }

  private async known(identity: Identity, id: string): Promise<ApiKeyEntity> {
    const row = await this.keys.find(identity.tenantId, id);
    if (!row) throw new ApiError("KEY_NOT_FOUND", `API key '${id}' not found`);
    return row;
  }
}

function ended(id: string, how: string): ApiError {
  return new ApiError("KEY_ENDED", `API key '${id}' ${how}`);
}

function created({ row, secret }: MadeKey): CreatedKey {
  return { key: keyInfo(row), secret };
}

function keyInfo(row: ApiKeyEntity): KeyInfo {
  return { ...row, scopes: parseScopes(row.scopes.split(" ")) };
}
