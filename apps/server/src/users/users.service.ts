import { Injectable } from "@nestjs/common";
import { AuthRuntime } from "../auth/auth-runtime.js";
import type { Caller } from "../auth/caller.js";
import { type NewUser, type UserChange, Users } from "../auth/users.js";
import { ApiError } from "../errors/api-error.js";
import type { UserInfo } from "./user-info.js";

@Injectable()
export class UsersService {
  constructor(
    private readonly runtime: AuthRuntime,
    private readonly users: Users,
  ) {}

  async create({ identity }: Caller, request: NewUser): Promise<UserInfo> {
    const user = await this.users.create(identity.tenantId, request);
    if (!user) throw new ApiError("USER_EXISTS", `User '${request.id}' already exists`);
    return this.changed(user);
  }

  list({ identity }: Caller): Promise<readonly UserInfo[]> {
    return this.users.list(identity.tenantId);
  }

  async get({ identity }: Caller, id: string): Promise<UserInfo> {
    return known(id, await this.users.find(identity.tenantId, id));
  }

  async update({ identity }: Caller, id: string, change: UserChange): Promise<UserInfo> {
    return this.changed(known(id, await this.users.update(identity.tenantId, id, change)));
  }

  async delete({ identity }: Caller, id: string): Promise<UserInfo> {
    return this.changed(known(id, await this.users.delete(identity.tenantId, id)));
  }

  /** Cached verifications may be outdated now. */
  private async changed(user: UserInfo): Promise<UserInfo> {
    await this.runtime.authenticator.forget();
    return user;
  }
}

function known(id: string, user: UserInfo | null): UserInfo {
  if (!user) throw new ApiError("USER_NOT_FOUND", `User '${id}' not found`);
  return user;
}
