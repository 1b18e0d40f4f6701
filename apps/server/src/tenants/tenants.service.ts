import { Injectable } from "@nestjs/common";
import type { Identity } from "../auth/identity.js";
import type { Call } from "../edge/call.js";
import { ApiError } from "../errors/api-error.js";
import type { TenantInfo } from "../presenters/domain.js";
import { TenantDirectory } from "./tenant-directory.js";
import type * as operations from "./tenants.operations.js";

@Injectable()
export class TenantsService {
  constructor(private readonly directory: TenantDirectory) {}

  async create({ body, identity }: Call<typeof operations.createTenant>): Promise<TenantInfo> {
    onlyServer(identity);
    return this.directory.create(body.name);
  }

  async list({ identity }: Call<typeof operations.listTenants>): Promise<readonly TenantInfo[]> {
    onlyServer(identity);
    return this.directory.list();
  }
}

function onlyServer(identity: Identity): void {
  if (!identity.isServer) throw new ApiError("FORBIDDEN", "Tenants are managed with the server's own key (k_admin)");
}
