import { IsNull, QueryFailedError, type Repository } from "typeorm";
import type { Role } from "../access/roles.js";
import { ApiKeyEntity } from "../catalog/api-key.entity.js";
import { byAge } from "../catalog/by-age.js";
import type { Catalog } from "../catalog/catalog.js";
import { UserEntity } from "../catalog/user.entity.js";
import { nowSeconds } from "../util/time.js";

export interface NewUser {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
}

/** Absent fields change nothing. */
export interface UserChange {
  readonly name?: string;
  readonly email?: string | null;
  readonly role?: Role;
  readonly disabled?: boolean;
}

/** The users of all tenants. Whoever changes one makes the authenticator forget what it knew. */
export class Users {
  constructor(private readonly catalog: Catalog) {}

  find(tenantId: string, id: string): Promise<UserEntity | null> {
    return this.users((rows) => rows.findOneBy({ tenantId, id }));
  }

  list(tenantId: string): Promise<readonly UserEntity[]> {
    return this.users((rows) => byAge(rows, { tenantId }, "ASC"));
  }

  /** Null where the tenant has a user of that id. */
  async create(tenantId: string, user: NewUser): Promise<UserEntity | null> {
    const now = nowSeconds();
    const row: UserEntity = { ...user, tenantId, createdAt: now, updatedAt: now, disabledAt: null };
    try {
      await this.users((rows) => rows.insert(row));
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
    return this.users((rows) => rows.save(user));
  }

  /** The user that there was. Their keys are revoked with them: left without a user, they would have no bound. */
  async delete(tenantId: string, id: string): Promise<UserEntity | null> {
    const user = await this.find(tenantId, id);
    if (!user) return null;
    await this.catalog.transaction(async (manager) => {
      const living = { tenantId, userId: id, revokedAt: IsNull() };
      await manager.update(ApiKeyEntity, living, { revokedAt: nowSeconds() });
      await manager.delete(UserEntity, { tenantId, id });
    });
    return user;
  }

  private users<T>(work: (rows: Repository<UserEntity>) => Promise<T>): Promise<T> {
    return this.catalog.of(UserEntity, work);
  }
}
