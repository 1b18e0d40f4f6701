import { Controller } from "@nestjs/common";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import { TenantsService } from "../../../../tenants/tenants.service.js";
import * as operations from "./tenants.operations.js";

@Controller()
export class TenantsController {
  constructor(private readonly tenants: TenantsService) {}

  @Operation(operations.createTenant)
  createTenant(@Input() call: Call<typeof operations.createTenant>) {
    return this.tenants.create(call);
  }

  @Operation(operations.getTenant)
  getTenant(@Input() call: Call<typeof operations.getTenant>) {
    return this.tenants.get(call);
  }

  @Operation(operations.deleteTenant)
  deleteTenant(@Input() call: Call<typeof operations.deleteTenant>) {
    return this.tenants.delete(call);
  }

  @Operation(operations.listTenants)
  listTenants(@Input() call: Call<typeof operations.listTenants>) {
    return this.tenants.list(call);
  }
}
