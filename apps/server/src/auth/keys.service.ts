import { Injectable } from "@nestjs/common";
import { parseScopes } from "../access/scopes.js";
import type { ApiKeyEntity } from "../catalog/api-key.entity.js";
import { TenantDirectory } from "../catalog/tenant-directory.js";
import { ApiError } from "../errors/api-error.js";
import { nowSeconds } from "../util/time.js";
import { ApiKeys, hasEnded, type MadeKey } from "./api-keys.js";
import { AuthRuntime } from "./auth-runtime.js";
import type { Caller } from "./caller.js";
import type { Identity } from "./identity.js";
import type { CreatedKey, CreatedSigningSecret, KeyInfo } from "./key-info.js";

export interface KeyRequest {
  readonly name: string;
  /** Default: the caller's. */
  readonly userId?: string;
  /** Default: the caller's. Another one's is for the server's own key to name. */
  readonly tenantId?: string;
  readonly clientId?: string | null;
  /** Words of scopes. */
  readonly scopes: readonly string[];
  /** Seconds; absent for a key without an end. */
  readonly expiresIn?: number;
  readonly branches?: readonly string[] | null;
  readonly tables?: readonly string[] | null;
}

@Injectable()
export class KeysService {
  constructor(
    private readonly runtime: AuthRuntime,
    private readonly keys: ApiKeys,
    private readonly tenants: TenantDirectory,
  ) {}

  async create({ identity }: Caller, request: KeyRequest): Promise<CreatedKey> {
    const tenantId = request.tenantId ?? identity.tenantId;
    if (tenantId !== identity.tenantId && !identity.isServer) {
      throw new ApiError("FORBIDDEN", "Only the server's own key (k_admin) can create keys for another tenant.");
    }
    if (!this.tenants.find(tenantId)) throw new ApiError("TENANT_NOT_FOUND", `Tenant '${tenantId}' not found`);
    const scopes = parseScopes(request.scopes);
    const { branches = null, tables = null } = request;
    if (scopes.includes("admin") && (branches ?? tables)) {
      const field = branches ? "branches" : "tables";
      throw new ApiError(
        "FIELD_CONFLICT",
        `A key with the scope 'admin' can't be limited by '${field}'. Leave out one of the two.`,
        {
          fields: ["scopes", field],
        },
      );
    }
    const made = await this.keys.create({
      name: request.name,
      userId: request.userId ?? identity.userId,
      tenantId,
      clientId: request.clientId ?? null,
      scopes,
      expiresAt: request.expiresIn === undefined ? null : nowSeconds() + request.expiresIn,
      branches,
      tables,
    });
    return created(made);
  }

  async list({ identity }: Caller): Promise<readonly KeyInfo[]> {
    return (await this.keys.list(identity.tenantId)).map(keyInfo);
  }

  async get({ identity }: Caller, id: string): Promise<KeyInfo> {
    return keyInfo(await this.known(identity, id));
  }

  async rename({ identity }: Caller, id: string, name: string): Promise<KeyInfo> {
    const row = await this.keys.rename(await this.known(identity, id), name);
    // The remembered facts about the key include its name.
    await this.runtime.authenticator.forget();
    return keyInfo(row);
  }

  async rotate({ identity }: Caller, id: string, graceSeconds: number): Promise<CreatedKey> {
    const row = await this.known(identity, id);
    if (hasEnded(row)) throw ended(row.id, row.revokedAt !== null ? "has been revoked" : "has expired");
    const made = await this.keys.rotate(row, graceSeconds);
    if (!made) throw ended(row.id, "has just been rotated by another request");
    await this.runtime.authenticator.forget();
    return created(made);
  }

  /** @param graceSeconds for which the signing secret before this one still holds */
  async createSigningSecret({ identity }: Caller, id: string, graceSeconds: number): Promise<CreatedSigningSecret> {
    const { signingSecrets } = this.runtime;
    if (!signingSecrets) {
      throw new ApiError("NOT_IMPLEMENTED", "This server runs without authentication and verifies no signatures.");
    }
    const row = await this.known(identity, id);
    if (hasEnded(row)) throw ended(row.id, row.revokedAt !== null ? "has been revoked" : "has expired");
    const made = await this.keys.nextSigningSecret(row, graceSeconds);
    if (!made) throw ended(row.id, "has just been given a signing secret by another request");
    return { keyId: id, secret: signingSecrets.of(id, made.signingVersion), createdAt: made.signingSince! };
  }

  async revokeSigningSecret({ identity }: Caller, id: string): Promise<KeyInfo> {
    return keyInfo(await this.keys.endSigningSecrets(await this.known(identity, id)));
  }

  async revoke({ identity }: Caller, id: string): Promise<KeyInfo> {
    const row = await this.keys.revoke(await this.known(identity, id));
    await this.runtime.authenticator.forget();
    return keyInfo(row);
  }

  private async known(identity: Identity, id: string): Promise<ApiKeyEntity> {
    const row = await this.keys.find(identity.tenantId, id);
    if (!row) throw new ApiError("KEY_NOT_FOUND", `API key '${id}' not found`);
    return row;
  }
}

function ended(id: string, how: string): ApiError {
  return new ApiError("KEY_ENDED", `API key '${id}' ${how}.`);
}

function created({ row, secret }: MadeKey): CreatedKey {
  return { key: keyInfo(row), secret };
}

function keyInfo(row: ApiKeyEntity): KeyInfo {
  return { ...row, scopes: parseScopes(row.scopes.split(" ")) };
}
