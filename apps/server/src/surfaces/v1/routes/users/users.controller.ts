import { Controller } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { UsersService } from "../../../../users/users.service.js";
import * as operations from "./users.operations.js";

@Controller()
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Operation(operations.createUser)
  createUser(@Input() { caller, body }: Input<typeof operations.createUser>) {
    const { id, name, email = null, role } = body;
    return this.users.create(caller, { id, name, email, role });
  }

  @Operation(operations.listUsers)
  listUsers(@Input() { caller }: Input<typeof operations.listUsers>) {
    return this.users.list(caller);
  }

  @Operation(operations.getUser)
  getUser(@Input() { caller, params }: Input<typeof operations.getUser>) {
    return this.users.get(caller, params.user);
  }

  @Operation(operations.updateUser)
  updateUser(@Input() { caller, params, body }: Input<typeof operations.updateUser>) {
    return this.users.update(caller, params.user, body);
  }

  @Operation(operations.deleteUser)
  deleteUser(@Input() { caller, params }: Input<typeof operations.deleteUser>) {
    return this.users.delete(caller, params.user);
  }
}
