import { Injectable } from "@nestjs/common";
import { DEFAULT_TENANT } from "../access/well-known.js";
import { AuthRuntime } from "../auth/auth-runtime.js";
import type { Caller } from "../auth/caller.js";
import { type Identity } from "../auth/identity.js";
import type { TenantEntity } from "../catalog/tenant.entity.js";
import { TenantDirectory } from "../catalog/tenant-directory.js";
import { ApiError } from "../errors/api-error.js";
import { WebhookRuntime } from "../webhooks/webhook-runtime.js";
import type { TenantInfo } from "./tenant-info.js";

@Injectable()
export class TenantsService {
  constructor(
    private readonly directory: TenantDirectory,
    private readonly auth: AuthRuntime,
    private readonly webhooks: WebhookRuntime,
  ) {}

  async create({ identity }: Caller, name: string): Promise<TenantInfo> {
    onlyServer(identity);
    return this.directory.create(name);
  }

  async list({ identity }: Caller): Promise<readonly TenantInfo[]> {
    onlyServer(identity);
    return this.directory.list();
  }

  async get({ identity }: Caller, name: string): Promise<TenantInfo> {
    onlyServer(identity);
    return this.known(name);
  }

  async delete({ identity }: Caller, name: string): Promise<TenantInfo> {
    onlyServer(identity);
    if (name === DEFAULT_TENANT) {
      throw new ApiError("FORBIDDEN", `The tenant '${DEFAULT_TENANT}' belongs to the server and can't be deleted.`);
    }
    const tenant = await this.known(name);
    const { dispatcher } = this.webhooks;
    await dispatcher.haltTenant(tenant.directory);
    try {
      await this.directory.delete(tenant);
    } catch (error) {
      await dispatcher.runTenant(tenant.directory);
      throw error;
    } finally {
      await this.auth.authenticator.forget();
    }
    return tenant;
  }

  private async known(name: string): Promise<TenantEntity> {
    const tenant = await this.directory.get(name);
    if (!tenant) throw new ApiError("TENANT_NOT_FOUND", `Tenant '${name}' not found`);
    return tenant;
  }
}

function onlyServer(identity: Identity): void {
  if (!identity.isServer) throw new ApiError("FORBIDDEN", "Only the server's own key (k_admin) can manage tenants.");
}
