import { Controller } from "@nestjs/common";
import { KeysService } from "../../../../auth/keys.service.js";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import * as operations from "./keys.operations.js";

@Controller()
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Operation(operations.createKey)
  createKey(@Input() call: Call<typeof operations.createKey>) {
    return this.keys.create(call);
  }

  @Operation(operations.listKeys)
  listKeys(@Input() call: Call<typeof operations.listKeys>) {
    return this.keys.list(call);
  }

  @Operation(operations.getKey)
  getKey(@Input() call: Call<typeof operations.getKey>) {
    return this.keys.get(call);
  }

  @Operation(operations.updateKey)
  updateKey(@Input() call: Call<typeof operations.updateKey>) {
    return this.keys.rename(call);
  }

  @Operation(operations.rotateKey)
  rotateKey(@Input() call: Call<typeof operations.rotateKey>) {
    return this.keys.rotate(call);
  }

  @Operation(operations.revokeKey)
  revokeKey(@Input() call: Call<typeof operations.revokeKey>) {
    return this.keys.revoke(call);
  }
}
