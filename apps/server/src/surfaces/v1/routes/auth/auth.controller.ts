import { Controller } from "@nestjs/common";
import { AuthService } from "../../../../auth/auth.service.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import * as operations from "./auth.operations.js";

@Controller()
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Operation(operations.createToken)
  createToken(@Input() { caller, body }: Input<typeof operations.createToken>) {
    return this.auth.createToken(caller, { scopes: body?.scopes, expiresIn: body?.expires_in });
  }

  @Operation(operations.getIdentity)
  getIdentity(@Input() { caller }: Input<typeof operations.getIdentity>) {
    return this.auth.identity(caller);
  }
}
