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
}
