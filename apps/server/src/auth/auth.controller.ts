import { Controller } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./auth.operations.js";
import { AuthService } from "./auth.service.js";

@Controller()
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Operation(operations.createToken)
  createToken(@Input() call: Call<typeof operations.createToken>) {
    return this.auth.createToken(call);
  }

  @Operation(operations.getIdentity)
  getIdentity(@Input() call: Call<typeof operations.getIdentity>) {
    return this.auth.identity(call);
  }

  @Operation(operations.createKey)
  createKey(@Input() call: Call<typeof operations.createKey>) {
    return this.auth.createKey(call);
  }

  @Operation(operations.listKeys)
  listKeys(@Input() call: Call<typeof operations.listKeys>) {
    return this.auth.listKeys(call);
  }

  @Operation(operations.revokeKey)
  revokeKey(@Input() call: Call<typeof operations.revokeKey>) {
    return this.auth.revokeKey(call);
  }
}
