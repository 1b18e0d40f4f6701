import { Injectable } from "@nestjs/common";
import { AuthRuntime } from "../auth/auth-runtime.js";
import { DEFAULT_TENANT, type Identity } from "../auth/identity.js";
import type { TenantEntity } from "../catalog/tenant.entity.js";
import { TenantDirectory } from "../catalog/tenant-directory.js";
import { ApiError } from "../errors/api-error.js";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/tenants/tenants.operations.js";
import { WebhookRuntime } from "../webhooks/webhook-runtime.js";
import type { TenantInfo } from "./tenant-info.js";

@Injectable()
export class TenantsService {
  constructor(
    private readonly directory: TenantDirectory,
    private readonly auth: AuthRuntime,
    private readonly webhooks: WebhookRuntime,
  ) {}

  async create({ body, identity }: Call<typeof operations.createTenant>): Promise<TenantInfo> {
    onlyServer(identity);
    return this.directory.create(body.name);
  }

  async list({ identity }: Call<typeof operations.listTenants>): Promise<readonly TenantInfo[]> {
    onlyServer(identity);
    return this.directory.list();
  }

  async get({ params, identity }: Call<typeof operations.getTenant>): Promise<TenantInfo> {
    onlyServer(identity);
    return this.known(params.tenant);
  }

  async delete({ params, identity }: Call<typeof operations.deleteTenant>): Promise<TenantInfo> {
    onlyServer(identity);
    if (params.tenant === DEFAULT_TENANT) {
      throw new ApiError("FORBIDDEN", `The tenant '${DEFAULT_TENANT}' is the server's own and can't be deleted`);
    }
    const tenant = await this.known(params.tenant);
    const { dispatcher } = this.webhooks;
    await dispatcher.haltTenant(tenant.directory);
    try {
      await this.directory.delete(tenant);
    } catch (error) {
      await dispatcher.runTenant(tenant.directory);
      throw error;
    } finally {
      this.auth.authenticator.forget();
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
  if (!identity.isServer) throw new ApiError("FORBIDDEN", "Tenants are managed with the server's own key (k_admin)");
}
