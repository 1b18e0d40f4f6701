import type { DatabaseHostPort, DatabasePort } from "@heliosdb/port";
import { DEFAULT_TENANT } from "../access/well-known.js";
import { ApiError } from "../errors/api-error.js";
import { randomId } from "../util/ids.js";
import { nowSeconds } from "../util/time.js";
import { ApiKeyEntity } from "./api-key.entity.js";
import { byAge } from "./by-age.js";
import type { Catalog } from "./catalog.js";
import { DroppedDatabaseEntity } from "./dropped-database.entity.js";
import { IdempotencyEntity } from "./idempotency.entity.js";
import { unownedDatabases } from "./recovery.js";
import { TenantEntity } from "./tenant.entity.js";
import type { TenantRegistry } from "./tenant-registry.js";
import { UserEntity } from "./user.entity.js";

/** A tenant for which requests can be served. */
export interface Tenant {
  /** Internal id, which no later tenant with that name will have; also the folder of the database. */
  readonly id: string;
  readonly database: DatabasePort;
}

/** The existing tenants and their databases. The folder's name never comes from a token's text. */
export class TenantDirectory {
  /** By name. */
  private readonly known = new Map<string, Tenant>();
  /** Names of those that are being moved to another server. */
  private readonly departing = new Set<string>();
  /** Names of those that were moved since the start. A request for one may have been admitted before. */
  private readonly gone = new Set<string>();
  /** Deletions that are under way, by name: a tenant of the same name begins after that. */
  private readonly deletions = new Map<string, Promise<void>>();

  private constructor(
    private readonly catalog: Catalog,
    private readonly host: DatabaseHostPort,
    /** Whether the first write of an unknown tenant creates it. */
    private readonly automatic: boolean,
    /** Null where no other server can have tenants. */
    private readonly registry: TenantRegistry | null,
  ) {}

  static async open(
    catalog: Catalog,
    host: DatabaseHostPort,
    automatic: boolean,
    registry: TenantRegistry | null = null,
  ): Promise<TenantDirectory> {
    const directory = new TenantDirectory(catalog, host, automatic, registry);
    for (const tenant of await directory.list()) {
      // A server of its own has what is there: the folder was exported, or has left its cell.
      if (tenant.departing && registry !== null) directory.departing.add(tenant.name);
      else directory.attach(tenant);
    }
    // A server that ended while it deleted a tenant has left its files.
    for (const left of await catalog.of(DroppedDatabaseEntity, (rows) => rows.find())) {
      // If that fails, the next start tries again.
      await directory.drop(left).catch(() => {});
    }
    await directory.ensure(DEFAULT_TENANT);
    return directory;
  }

  /** Databases in the data folder that have no tenant and are not being deleted. */
  async unowned(dataDir: string): Promise<string[]> {
    const dropped = await this.catalog.of(DroppedDatabaseEntity, (rows) => rows.find());
    const known = [...(await this.list()), ...dropped].map(({ directory }) => directory);
    return unownedDatabases(dataDir, new Set(known));
  }

  get all(): readonly Tenant[] {
    return [...this.known.values()];
  }

  /** Names of those that are being moved to another server. */
  get leaving(): readonly string[] {
    return [...this.departing];
  }

  /** Undefined for a tenant that does not exist. */
  find(name: string): Tenant | undefined {
    return this.known.get(name);
  }

  /** Whether other servers must not have a tenant of this name: each has a default one of its own. */
  isShared(name: string): boolean {
    return name !== DEFAULT_TENANT;
  }

  /** The tenant of a request, if `find` does not know it. */
  async admit(name: string, writes: boolean): Promise<Tenant> {
    if (this.departing.has(name) || this.gone.has(name)) throw moving(name);
    if (this.automatic && writes) return this.ensureHere(name);
    const hint = this.automatic ? "; its first write creates it" : "";
    throw new ApiError("FORBIDDEN", `The tenant of these credentials doesn't exist on this server${hint}.`);
  }

  async list(): Promise<readonly TenantEntity[]> {
    return this.catalog.of(TenantEntity, (rows) => byAge(rows, {}, "ASC"));
  }

  /** The tenant with a name, created if missing. */
  async ensure(name: string): Promise<Tenant> {
    if (!this.known.has(name)) await this.insert(name);
    return this.known.get(name)!;
  }

  /** Another server may have been faster: then the request is to be sent again, and goes there. */
  private async ensureHere(name: string): Promise<Tenant> {
    try {
      return await this.ensure(name);
    } catch (error) {
      throw error instanceof ApiError && error.code === "TENANT_EXISTS" ? new ApiError("NOT_ACTIVE") : error;
    }
  }

  async create(name: string): Promise<TenantEntity> {
    if (this.known.has(name)) throw new ApiError("TENANT_EXISTS", `Tenant '${name}' already exists`);
    return this.insert(name);
  }

  /** Null if there is no such tenant. */
  get(name: string): Promise<TenantEntity | null> {
    return this.catalog.of(TenantEntity, (rows) => rows.findOneBy({ name }));
  }

  /**
   * Deletes a tenant with all its data; the name is free at once. Its rows in the catalog are deleted in one
   * transaction, which also notes the files that are then deleted, so that none are left whenever the server ends.
   */
  async delete(tenant: TenantEntity): Promise<void> {
    const { name, directory } = tenant;
    if (this.departing.has(name)) throw moving(name);
    // First, so that nobody finds the database any more; a request that creates the tenant again waits.
    this.known.delete(name);
    const deletion = this.deleteRows(tenant);
    this.deletions.set(name, deletion);
    try {
      await deletion;
    } catch (error) {
      this.attach(tenant);
      throw error;
    } finally {
      if (this.deletions.get(name) === deletion) this.deletions.delete(name);
    }
    await this.drop({ directory });
  }

  private async deleteRows({ name, directory }: TenantEntity): Promise<void> {
    await this.catalog.transaction(async (manager) => {
      await manager.delete(ApiKeyEntity, { tenantId: name });
      await manager.delete(UserEntity, { tenantId: name });
      await manager.delete(IdempotencyEntity, { tenant: directory });
      // A trigger deletes its webhooks too.
      await manager.delete(TenantEntity, { directory });
      await manager.upsert(DroppedDatabaseEntity, { directory }, ["directory"]);
    });
    // Where that is not possible any more, the next start does it.
    await this.registry?.removeTenant(name).catch(() => {});
  }

  /**
   * Serves a tenant no more, since it is being moved to another server. It may be repeated. Rejects where it is being
   * deleted, or was.
   */
  async depart({ name, directory }: TenantEntity): Promise<void> {
    if (this.deletions.has(name)) throw new Error(`the tenant '${name}' is being deleted`);
    const isRepeated = this.departing.has(name);
    // From now on nobody begins to delete it.
    this.departing.add(name);
    try {
      const kept = await this.catalog.of(TenantEntity, (rows) => rows.update({ directory }, { departing: true }));
      if (kept.affected !== 1) throw new Error(`the tenant '${name}' was deleted`);
    } catch (error) {
      if (!isRepeated) this.departing.delete(name);
      throw error;
    }
    this.known.delete(name);
  }

  /** Serves one again that stays after all, unless it was deleted meanwhile. */
  async stay(tenant: TenantEntity): Promise<void> {
    const { directory, name } = tenant;
    const kept = await this.catalog.of(TenantEntity, (rows) => rows.update({ directory }, { departing: false }));
    this.departing.delete(name);
    if (kept.affected === 1) this.attach(tenant);
  }

  /** Another server has it now, and its rows here are gone. */
  departed(name: string): void {
    this.departing.delete(name);
    this.gone.add(name);
  }

  /** Serves one that has come from another server with its rows. */
  arrived(tenant: TenantEntity): void {
    this.departing.delete(tenant.name);
    this.attach(tenant);
  }

  private async drop(dropped: DroppedDatabaseEntity): Promise<void> {
    await this.host.dropDatabase(dropped.directory);
    await this.catalog.of(DroppedDatabaseEntity, (rows) => rows.delete(dropped));
  }

  private async insert(name: string): Promise<TenantEntity> {
    if (this.departing.has(name)) throw moving(name);
    await this.deletions.get(name)?.catch(() => {});
    if (this.isShared(name)) await this.registry?.addTenant(name);
    const directory = name === DEFAULT_TENANT ? DEFAULT_TENANT : `t_${randomId(16)}`;
    // Two first requests of one tenant may meet here: the second uses the tenant that the first has made.
    const tenant = await this.catalog.of(TenantEntity, async (rows) => {
      const made = { directory, name, createdAt: nowSeconds(), departing: false };
      await rows.createQueryBuilder().insert().values(made).orIgnore().execute();
      return rows.findOneByOrFail({ name });
    });
    this.attach(tenant);
    return tenant;
  }

  private attach(tenant: TenantEntity): void {
    const { name, directory: id } = tenant;
    this.gone.delete(name);
    if (!this.known.has(name)) this.known.set(name, { id, database: this.host.database(id) });
  }
}

function moving(name: string): ApiError {
  return new ApiError("NOT_ACTIVE", `The tenant '${name}' is being moved to another cell. Try again shortly.`);
}
