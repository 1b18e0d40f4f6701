import { Controller } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./tenants.operations.js";
import { TenantsService } from "./tenants.service.js";

@Controller()
export class TenantsController {
  constructor(private readonly tenants: TenantsService) {}

  @Operation(operations.createTenant)
  createTenant(@Input() call: Call<typeof operations.createTenant>) {
    return this.tenants.create(call);
  }

  @Operation(operations.listTenants)
  listTenants(@Input() call: Call<typeof operations.listTenants>) {
    return this.tenants.list(call);
  }
}
