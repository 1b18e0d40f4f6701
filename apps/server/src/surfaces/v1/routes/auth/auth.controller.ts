import { Controller } from "@nestjs/common";
import { AuthService } from "../../../../auth/auth.service.js";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import * as operations from "./auth.operations.js";

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
