import type { Directory, TenantClue, TenantPlace } from "@heliosdb/cell";
import { LRUCache } from "lru-cache";
import type { ApiKeys } from "../../auth/api-keys.js";
import type { TenantDirectory } from "../../catalog/tenant-directory.js";
import type { TenantRegistry } from "../../catalog/tenant-registry.js";
import { ApiError } from "../../errors/api-error.js";

/** How long it is remembered where a tenant is, in ms: whoever asks a former cell is passed on from there. */
const FOUND_MS = 5000;
/** How long it is remembered that nobody has one, in ms. */
const MISSING_MS = 1000;
const REMEMBERED = 10_000;
/** Lookups under way. Further ones are refused: anybody can send credentials that nobody has. */
const MOST_LOOKUPS = 32;

/** What the store says of the tenants of all cells, for one node. */
export class CellDirectory implements TenantRegistry {
  private readonly places = new LRUCache<string, { readonly place: TenantPlace | null }>({ max: REMEMBERED });
  private readonly lookups = new Map<string, Promise<TenantPlace | null>>();

  constructor(
    private readonly directory: Directory,
    readonly cell: string,
  ) {}

  async addTenant(name: string): Promise<void> {
    const other = await this.directory.addTenant(name);
    if (other !== null) throw new ApiError("TENANT_EXISTS", `Tenant '${name}' already exists in the cell ${other}`);
  }

  removeTenant(name: string): Promise<void> {
    return this.directory.removeTenant(name);
  }

  addKey(id: string, tenant: string): Promise<void> {
    return this.directory.addKey(id, tenant);
  }

  /** The cell that has a tenant, for good; null where none has it. */
  owner(tenant: string): Promise<string | null> {
    return this.directory.owner(tenant);
  }

  /**
   * Writes down what the catalog has.
   * @returns tenants that are in another cell as well, as sentences
   */
  async publish(tenants: TenantDirectory, keys: ApiKeys): Promise<readonly string[]> {
    const all = (await tenants.list()).map(({ name }) => name).filter((name) => tenants.isShared(name));
    const owners = (await keys.owners()).map(({ id, tenantId: tenant }) => ({ id, tenant }));
    const twice = await this.directory.publish({ tenants: all, keys: owners });
    return twice
      .filter(({ tenant }) => tenants.find(tenant) !== undefined)
      .map(({ tenant, cell }) => `the cell ${cell} has a tenant '${tenant}' as well: each serves its own`);
  }

  /** Null where no cell has it. Rejects with NOT_ACTIVE where the store does not say, and with OVERLOADED. */
  async find(clue: TenantClue): Promise<TenantPlace | null> {
    const name = nameOf(clue);
    const known = this.places.get(name);
    if (known) return known.place;
    let lookup = this.lookups.get(name);
    if (!lookup) {
      if (this.lookups.size >= MOST_LOOKUPS) throw new ApiError("OVERLOADED");
      lookup = this.lookUp(name, clue).finally(() => this.lookups.delete(name));
      this.lookups.set(name, lookup);
    }
    return lookup;
  }

  /** Looks again the next time: the node that was said to serve a tenant did not answer. */
  forget(clue: TenantClue): void {
    this.places.delete(nameOf(clue));
  }

  private async lookUp(name: string, clue: TenantClue): Promise<TenantPlace | null> {
    let place: TenantPlace | null;
    try {
      place = await this.directory.find(clue);
    } catch {
      throw new ApiError("NOT_ACTIVE", "The store does not say which cell has the tenant. Try again shortly.");
    }
    // What is on its way here, or away, is here or away soon.
    const isSettled = place === null || (place.cell !== this.cell && place.url !== null && !place.isMoving);
    if (isSettled) this.places.set(name, { place }, { ttl: place === null ? MISSING_MS : FOUND_MS });
    return place;
  }
}

function nameOf(clue: TenantClue): string {
  return "key" in clue ? `key ${clue.key}` : `tenant ${clue.tenant}`;
}
