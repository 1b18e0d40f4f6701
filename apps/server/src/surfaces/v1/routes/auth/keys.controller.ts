import { Controller } from "@nestjs/common";
import { KeysService } from "../../../../auth/keys.service.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import * as operations from "./keys.operations.js";

@Controller()
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Operation(operations.createKey)
  createKey(@Input() { caller, body }: Input<typeof operations.createKey>) {
    return this.keys.create(caller, {
      name: body.name,
      userId: body.user_id,
      tenantId: body.tenant_id,
      clientId: body.client_id,
      scopes: body.scopes,
      expiresIn: body.expires_in,
      branches: body.branches,
      tables: body.tables,
    });
  }

  @Operation(operations.listKeys)
  listKeys(@Input() { caller }: Input<typeof operations.listKeys>) {
    return this.keys.list(caller);
  }

  @Operation(operations.getKey)
  getKey(@Input() { caller, params }: Input<typeof operations.getKey>) {
    return this.keys.get(caller, params.key);
  }

  @Operation(operations.updateKey)
  updateKey(@Input() { caller, params, body }: Input<typeof operations.updateKey>) {
    return this.keys.rename(caller, params.key, body.name);
  }

  @Operation(operations.rotateKey)
  rotateKey(@Input() { caller, params, body }: Input<typeof operations.rotateKey>) {
    return this.keys.rotate(caller, params.key, body?.grace ?? 0);
  }

  @Operation(operations.createSigningSecret)
  createSigningSecret(@Input() { caller, params, body }: Input<typeof operations.createSigningSecret>) {
    return this.keys.createSigningSecret(caller, params.key, body?.grace ?? 0);
  }

  @Operation(operations.revokeSigningSecret)
  revokeSigningSecret(@Input() { caller, params }: Input<typeof operations.revokeSigningSecret>) {
    return this.keys.revokeSigningSecret(caller, params.key);
  }

  @Operation(operations.revokeKey)
  revokeKey(@Input() { caller, params }: Input<typeof operations.revokeKey>) {
    return this.keys.revoke(caller, params.key);
  }
}
