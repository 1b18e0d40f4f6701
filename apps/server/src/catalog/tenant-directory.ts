import type { DatabaseHostPort, DatabasePort } from "@heliosdb/port";
import type { DataSource, EntityTarget } from "typeorm";
import { DEFAULT_TENANT } from "../access/well-known.js";
import { ApiError } from "../errors/api-error.js";
import { randomId } from "../util/ids.js";
import { nowSeconds } from "../util/time.js";
import { atomically } from "./atomically.js";
import { byAge } from "./by-age.js";
import { OF_TENANTS } from "./catalog.js";
import { DroppedDatabaseEntity } from "./dropped-database.entity.js";
import { unownedDatabases } from "./recovery.js";
import { TenantEntity } from "./tenant.entity.js";

/** A tenant that requests can be served for. */
export interface Tenant {
  /** Internal id, which no later tenant of that name will have; also the folder of the database. */
  readonly id: string;
  readonly database: DatabasePort;
}

/** Which tenants exist, and which database is whose. The folder's name never comes from a token's text. */
export class TenantDirectory {
  /** By name. */
  private readonly known = new Map<string, Tenant>();

  private constructor(
    private readonly catalog: DataSource,
    private readonly host: DatabaseHostPort,
    /** Whether the first write of an unknown tenant makes it. */
    private readonly automatic: boolean,
  ) {}

  static async open(catalog: DataSource, host: DatabaseHostPort, automatic: boolean): Promise<TenantDirectory> {
    const directory = new TenantDirectory(catalog, host, automatic);
    for (const tenant of await directory.list()) directory.attach(tenant);
    // A server that ended while it deleted a tenant has left its files.
    for (const left of await catalog.getRepository(DroppedDatabaseEntity).find()) {
      // Should that fail, the next start tries again.
      await directory.drop(left).catch(() => {});
    }
    await directory.ensure(DEFAULT_TENANT);
    return directory;
  }

  /** Databases in the data folder that no tenant has, and that are not being deleted. */
  async unowned(dataDir: string): Promise<string[]> {
    const dropped = await this.catalog.getRepository(DroppedDatabaseEntity).find();
    const known = [...(await this.list()), ...dropped].map(({ directory }) => directory);
    return unownedDatabases(dataDir, new Set(known));
  }

  /** Undefined for a tenant that there is not. */
  find(name: string): Tenant | undefined {
    return this.known.get(name);
  }

  /** The tenant of a request that `find` does not know. */
  async admit(name: string, writes: boolean): Promise<Tenant> {
    if (this.automatic && writes) return this.ensure(name);
    const hint = this.automatic ? "; its first write makes it" : "";
    throw new ApiError("FORBIDDEN", `The tenant of these credentials does not exist on this server${hint}`);
  }

  async list(): Promise<readonly TenantEntity[]> {
    return byAge(this.catalog, TenantEntity, {}, "ASC");
  }

  /** A tenant that is made if need be. */
  async ensure(name: string): Promise<Tenant> {
    if (!this.known.has(name)) await this.insert(name);
    return this.known.get(name)!;
  }

  async create(name: string): Promise<TenantEntity> {
    if (this.known.has(name)) throw new ApiError("TENANT_EXISTS", `Tenant '${name}' already exists`);
    return this.insert(name);
  }

  /** Null when there is no such tenant. */
  get(name: string): Promise<TenantEntity | null> {
    return this.catalog.getRepository(TenantEntity).findOneBy({ name });
  }

  /**
   * Ends a tenant with all that is its own; the name is free at once. What the catalog has of it goes in one
   * transaction, which also notes the files that are then deleted, so that none are left whenever the server ends.
   */
  async delete({ name, directory }: TenantEntity): Promise<void> {
    const ending = (entity: EntityTarget<unknown>, tenant: string) => {
      return { sql: `DELETE FROM ${this.catalog.getMetadata(entity).tableName} WHERE tenant = ?`, values: [tenant] };
    };
    atomically(this.catalog, [
      ...OF_TENANTS.byName.map((entity) => ending(entity, name)),
      ...OF_TENANTS.byId.map((entity) => ending(entity, directory)),
      { sql: "DELETE FROM tenants WHERE directory = ?", values: [directory] },
      { sql: "INSERT OR IGNORE INTO dropped_databases VALUES (?)", values: [directory] },
    ]);
    // In the same turn: nobody finds the database any more, and whoever makes the tenant anew gets another.
    this.known.delete(name);
    await this.drop({ directory });
  }

  private async drop(dropped: DroppedDatabaseEntity): Promise<void> {
    await this.host.dropDatabase(dropped.directory);
    await this.catalog.getRepository(DroppedDatabaseEntity).delete(dropped);
  }

  private async insert(name: string): Promise<TenantEntity> {
    const directory = name === DEFAULT_TENANT ? DEFAULT_TENANT : `t_${randomId(16)}`;
    const repository = this.catalog.getRepository(TenantEntity);
    // Two first requests of one tenant may meet here: the one that is second takes what the first has made.
    await repository
      .createQueryBuilder()
      .insert()
      .values({ directory, name, createdAt: nowSeconds() })
      .orIgnore()
      .execute();
    const tenant = await repository.findOneByOrFail({ name });
    this.attach(tenant);
    return tenant;
  }

  private attach(tenant: TenantEntity): void {
    const { name, directory: id } = tenant;
    if (!this.known.has(name)) this.known.set(name, { id, database: this.host.database(id) });
  }
}
