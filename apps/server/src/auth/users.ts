import { type DataSource, QueryFailedError } from "typeorm";
import type { Role } from "../access/roles.js";
import { atomically } from "../catalog/atomically.js";
import { byAge } from "../catalog/by-age.js";
import { UserEntity } from "../catalog/user.entity.js";
import { nowSeconds } from "../util/time.js";

export interface NewUser {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
}

/** What is absent stays as it is. */
export interface UserChange {
  readonly name?: string;
  readonly email?: string | null;
  readonly role?: Role;
  readonly disabled?: boolean;
}

/** The users of all tenants. Whoever changes one makes the authenticator forget what it knew. */
export class Users {
  constructor(private readonly catalog: DataSource) {}

  find(tenantId: string, id: string): Promise<UserEntity | null> {
    return this.repository.findOneBy({ tenantId, id });
  }

  list(tenantId: string): Promise<readonly UserEntity[]> {
    return byAge(this.catalog, UserEntity, { tenantId }, "ASC");
  }

  /** Null where the tenant has a user of that id. */
  async create(tenantId: string, user: NewUser): Promise<UserEntity | null> {
    const now = nowSeconds();
    const row = this.repository.create({ ...user, tenantId, createdAt: now, updatedAt: now, disabledAt: null });
    try {
      await this.repository.insert(row);
      return row;
    } catch (error) {
      if (error instanceof QueryFailedError && error.driverError.code === "SQLITE_CONSTRAINT_PRIMARYKEY") return null;
      throw error;
    }
  }

  async update(tenantId: string, id: string, change: UserChange): Promise<UserEntity | null> {
    const user = await this.find(tenantId, id);
    if (!user) return null;
    const { disabled, ...others } = change;
    const now = nowSeconds();
    for (const [name, value] of Object.entries(others)) if (value !== undefined) Object.assign(user, { [name]: value });
    if (disabled !== undefined) user.disabledAt = disabled ? (user.disabledAt ?? now) : null;
    user.updatedAt = now;
    return this.repository.save(user);
  }

  /** The user that there was. Their keys are revoked with them: left without a user, they would have no bound. */
  async delete(tenantId: string, id: string): Promise<UserEntity | null> {
    const user = await this.find(tenantId, id);
    if (!user) return null;
    const revoke = "UPDATE api_keys SET revoked_at = ? WHERE tenant = ? AND user_id = ? AND revoked_at IS NULL";
    atomically(this.catalog, [
      { sql: revoke, values: [nowSeconds(), tenantId, id] },
      { sql: "DELETE FROM users WHERE tenant = ? AND id = ?", values: [tenantId, id] },
    ]);
    return user;
  }

  private get repository() {
    return this.catalog.getRepository(UserEntity);
  }
}
