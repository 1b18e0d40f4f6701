import { ArrivingFolder, type Connections, type Move, type Moves } from "@heliosdb/cell";
import { TenantEntity } from "../../catalog/tenant.entity.js";
import type { MovingParts } from "../../embedding/moving-parts.js";
import { removeTenantRows, writeTenantRows } from "./tenant-rows.js";

/** The target is near enough when what was missing took no longer than this, in ms. */
const NEAR_MS = 1000;

/** Takes a tenant of another cell. */
export class Arrival {
  private readonly folder: ArrivingFolder;

  constructor(
    private readonly parts: MovingParts,
    private readonly moves: Moves,
    connections: Connections,
    databasesDir: string,
    stream: string,
  ) {
    this.folder = new ArrivingFolder(connections, databasesDir, stream);
  }

  /** Copies what is there by now, and says so once it has nearly all. */
  async copy(move: Move): Promise<void> {
    const from = performance.now();
    const missing = await this.folder.follow(move.source);
    if (move.state === "ready") return;
    if (performance.now() - from > NEAR_MS) await this.moves.isBehind(move, missing);
    else await this.moves.ready(move, missing);
  }

  /** Serves it, once the source has given it away for good; false where that is not so. */
  async settle(move: Move): Promise<boolean> {
    if (!(await this.moves.isSwitched(move))) return false;
    const { catalog, tenants, webhooks, authenticator } = this.parts;
    await this.folder.settle(move.target);
    let tenant = await tenants.get(move.tenant);
    if (tenant === null || tenant.departing) {
      const left = tenant;
      await catalog.transaction(async (manager) => {
        // It has been here before, and nobody removed its rows when it went: users and keys of that time don't count.
        if (left !== null) await removeTenantRows(manager, left);
        await writeTenantRows(manager, this.moves.rows(move));
      });
      await authenticator.forget();
      tenant = await catalog.of(TenantEntity, (rows) => rows.findOneByOrFail({ name: move.tenant }));
    }
    tenants.arrived(tenant);
    await webhooks.dispatcher.runTenant(tenant.directory);
    await this.moves.done(move);
    return true;
  }

  /** It doesn't come. */
  giveUp(): void {
    this.folder.giveUp();
  }
}
