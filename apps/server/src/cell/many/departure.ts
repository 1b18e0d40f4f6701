import { setTimeout as wait } from "node:timers/promises";
import type { Move, Moves } from "@heliosdb/cell";
import type { TenantEntity } from "../../catalog/tenant.entity.js";
import type { MovingParts } from "../../embedding/moving-parts.js";
import { removeTenantRows, tenantRows } from "./tenant-rows.js";

/** Time that requests under way get before the database is closed, in ms. */
const PATIENCE_MS = 5000;
const LOOK_MS = 20;

/** Gives a tenant of this cell to another one. Each step may be repeated, by whichever node serves this cell then. */
export class Departure {
  constructor(
    private readonly parts: MovingParts,
    private readonly moves: Moves,
    private readonly self: { readonly cell: string; readonly epoch: number },
  ) {}

  /**
   * Serves the tenant no more and gives it away.
   * @returns false where the move was given up, and the tenant is served as before
   */
  async leave(move: Move, tenant: TenantEntity): Promise<boolean> {
    await this.end(tenant);
    const isGone = await this.moves.switchOver(move, this.self, () => tenantRows(this.parts.catalog, tenant));
    if (isGone) await this.forget(tenant);
    else await this.stay(tenant);
    return isGone;
  }

  /** Serves it again. */
  async stay(tenant: TenantEntity): Promise<void> {
    await this.parts.tenants.stay(tenant);
    await this.parts.webhooks.dispatcher.runTenant(tenant.directory);
  }

  /** Removes what is left of a tenant that another cell has. */
  async forget(tenant: TenantEntity): Promise<void> {
    const { catalog, host, tenants, authenticator } = this.parts;
    // After a takeover in between, the folder is there again.
    await host.releaseDatabase(tenant.directory);
    await catalog.transaction((manager) => removeTenantRows(manager, tenant));
    tenants.departed(tenant.name);
    await authenticator.forget();
  }

  /** First on the disk and in the log, so that no node of this cell serves it, whatever happens now. */
  private async end(tenant: TenantEntity): Promise<void> {
    const { host, tenants, webhooks, queries, auditLog, authenticator } = this.parts;
    await tenants.depart(tenant);
    await authenticator.forget();
    await webhooks.dispatcher.haltTenant(tenant.directory);
    for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await wait(LOOK_MS)) {
      if (queries.of(tenant.directory).length === 0) break;
    }
    await host.releaseDatabase(tenant.directory);
    await auditLog.flush();
  }
}
