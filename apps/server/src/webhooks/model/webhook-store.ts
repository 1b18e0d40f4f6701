import type { ChangePosition } from "@heliosdb/port";
import { In } from "typeorm";
import { byAge } from "../../catalog/by-age.js";
import type { Catalog } from "../../catalog/catalog.js";
import { TenantEntity } from "../../catalog/tenant.entity.js";
import { WebhookEntity } from "../../catalog/webhook.entity.js";
import { WebhookCursorEntity } from "../../catalog/webhook-cursor.entity.js";
import { WebhookDeliveryEntity } from "../../catalog/webhook-delivery.entity.js";
import type { WebhookFilter } from "./filter.js";

/** A webhook in the catalog. Times are in microseconds since 1970. */
export interface Webhook {
  readonly id: string;
  /** The tenant's internal id. */
  readonly tenant: string;
  readonly url: string;
  readonly description: string | null;
  /** Oldest first; the last one is the current one. */
  readonly filters: readonly WebhookFilter[];
  readonly secret: string;
  /** Also signs until its time is over. */
  readonly oldSecret: string | null;
  readonly oldSecretUntil: number | null;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly disabledAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The position of branches without a cursor. */
  readonly base: ChangePosition;
}

/** A webhook's position on a branch: `part` events of the next change are done. */
export interface Cursor extends ChangePosition {
  readonly part: number;
}

/** Webhooks and their cursors in the catalog. */
export class WebhookStore {
  constructor(private readonly catalog: Catalog) {}

  /** Webhooks of all existing tenants: reading the changes of another would create its database again. */
  async all(): Promise<readonly Webhook[]> {
    const rows = await this.catalog.transaction(async (manager) => {
      const tenants = await manager.find(TenantEntity);
      return byAge(
        manager.getRepository(WebhookEntity),
        { tenant: In(tenants.map(({ directory }) => directory)) },
        "ASC",
      );
    });
    return rows.map(webhookOf);
  }

  async ofTenant(tenant: string): Promise<readonly Webhook[]> {
    return (await this.catalog.of(WebhookEntity, (rows) => byAge(rows, { tenant }, "ASC"))).map(webhookOf);
  }

  async find(tenant: string, id: string): Promise<Webhook | null> {
    const row = await this.catalog.of(WebhookEntity, (rows) => rows.findOneBy({ tenant, id }));
    return row && webhookOf(row);
  }

  /** Writes a webhook with all its fields, new or existing. */
  async put({ base, filters, ...same }: Webhook): Promise<void> {
    const row = { ...same, filters: JSON.stringify(filters), baseSeq: base.seq, baseScn: base.scn };
    await this.catalog.of(WebhookEntity, (rows) => rows.upsert(row, ["id"]));
  }

  async disable(id: string, reason: string, at: number): Promise<void> {
    const change = { enabled: false, disabledReason: reason, disabledAt: at };
    await this.catalog.of(WebhookEntity, (rows) => rows.update({ id }, change));
  }

  /** Deletes it with its cursors and its delivery log. */
  async remove(id: string): Promise<void> {
    await this.catalog.transaction(async (manager) => {
      await manager.delete(WebhookEntity, { id });
      await manager.delete(WebhookDeliveryEntity, { webhook: id });
      await manager.delete(WebhookCursorEntity, { webhook: id });
    });
  }

  async cursor(webhook: string, branch: string): Promise<Cursor | null> {
    const row = await this.catalog.of(WebhookCursorEntity, (rows) => rows.findOneBy({ webhook, branch }));
    return row && cursorOf(row);
  }

  /** By branch. */
  async cursors(webhook: string): Promise<ReadonlyMap<string, Cursor>> {
    const rows = await this.catalog.of(WebhookCursorEntity, (found) => found.findBy({ webhook }));
    return new Map(rows.map((row) => [row.branch, cursorOf(row)]));
  }

  /**
   * Only forwards: on one branch, a position grows by its parts in this order. TypeORM's upsert takes no condition on
   * SQLite.
   */
  async moveCursor(webhook: string, branch: string, { seq, scn, part }: Cursor): Promise<void> {
    await this.catalog.query(
      "INSERT INTO webhook_cursors VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE " +
        "SET seq = excluded.seq, scn = excluded.scn, part = excluded.part " +
        "WHERE (excluded.seq, excluded.scn, excluded.part) > (seq, scn, part)",
      [webhook, branch, seq, scn, part],
    );
  }

  async forgetCursors(webhook: string): Promise<void> {
    await this.catalog.of(WebhookCursorEntity, (rows) => rows.delete({ webhook }));
  }
}

function webhookOf({ filters, baseSeq, baseScn, ...same }: WebhookEntity): Webhook {
  return { ...same, filters: JSON.parse(filters), base: { seq: baseSeq, scn: baseScn } };
}

function cursorOf({ seq, scn, part }: WebhookCursorEntity): Cursor {
  return { seq, scn, part };
}
