import { Controller } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { TenantsService } from "../../../../tenants/tenants.service.js";
import * as operations from "./tenants.operations.js";

@Controller()
export class TenantsController {
  constructor(private readonly tenants: TenantsService) {}

  @Operation(operations.createTenant)
  createTenant(@Input() { caller, body }: Input<typeof operations.createTenant>) {
    return this.tenants.create(caller, body.name);
  }

  @Operation(operations.getTenant)
  getTenant(@Input() { caller, params }: Input<typeof operations.getTenant>) {
    return this.tenants.get(caller, params.tenant);
  }

  @Operation(operations.deleteTenant)
  deleteTenant(@Input() { caller, params }: Input<typeof operations.deleteTenant>) {
    return this.tenants.delete(caller, params.tenant);
  }

  @Operation(operations.listTenants)
  listTenants(@Input() { caller }: Input<typeof operations.listTenants>) {
    return this.tenants.list(caller);
  }
}
