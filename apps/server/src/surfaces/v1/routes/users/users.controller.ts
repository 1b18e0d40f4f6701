import { Controller } from "@nestjs/common";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import { UsersService } from "../../../../users/users.service.js";
import * as operations from "./users.operations.js";

@Controller()
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Operation(operations.createUser)
  createUser(@Input() call: Call<typeof operations.createUser>) {
    return this.users.create(call);
  }

  @Operation(operations.listUsers)
  listUsers(@Input() call: Call<typeof operations.listUsers>) {
    return this.users.list(call);
  }

  @Operation(operations.getUser)
  getUser(@Input() call: Call<typeof operations.getUser>) {
    return this.users.get(call);
  }

  @Operation(operations.updateUser)
  updateUser(@Input() call: Call<typeof operations.updateUser>) {
    return this.users.update(call);
  }

  @Operation(operations.deleteUser)
  deleteUser(@Input() call: Call<typeof operations.deleteUser>) {
    return this.users.delete(call);
  }
}
