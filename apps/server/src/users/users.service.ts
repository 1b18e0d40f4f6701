import { Injectable } from "@nestjs/common";
import { AuthRuntime } from "../auth/auth-runtime.js";
import { Users } from "../auth/users.js";
import { ApiError } from "../errors/api-error.js";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/users/users.operations.js";
import type { UserInfo } from "./user-info.js";

@Injectable()
export class UsersService {
  constructor(
    private readonly runtime: AuthRuntime,
    private readonly users: Users,
  ) {}

  async create({ body, identity }: Call<typeof operations.createUser>): Promise<UserInfo> {
    const { id, name, email = null, role } = body;
    const user = await this.users.create(identity.tenantId, { id, name, email, role });
    if (!user) throw new ApiError("USER_EXISTS", `User '${id}' already exists`);
    return this.changed(user);
  }

  list({ identity }: Call<typeof operations.listUsers>): Promise<readonly UserInfo[]> {
    return this.users.list(identity.tenantId);
  }

  async get({ params, identity }: Call<typeof operations.getUser>): Promise<UserInfo> {
    return known(params.user, await this.users.find(identity.tenantId, params.user));
  }

  async update({ params, body, identity }: Call<typeof operations.updateUser>): Promise<UserInfo> {
    return this.changed(known(params.user, await this.users.update(identity.tenantId, params.user, body)));
  }

  async delete({ params, identity }: Call<typeof operations.deleteUser>): Promise<UserInfo> {
    return this.changed(known(params.user, await this.users.delete(identity.tenantId, params.user)));
  }

  /** What was verified before may say otherwise by now. */
  private changed(user: UserInfo): UserInfo {
    this.runtime.authenticator.forget();
    return user;
  }
}

function known(id: string, user: UserInfo | null): UserInfo {
  if (!user) throw new ApiError("USER_NOT_FOUND", `User '${id}' not found`);
  return user;
}
