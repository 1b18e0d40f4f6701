import type { ChangePosition } from "@heliosdb/port";
import type { DataSource } from "typeorm";
import type { WebhookFilter } from "./filter.js";

/** A webhook as the catalog has it. Times are in microseconds since 1970. */
export interface Webhook {
  readonly id: string;
  /** The tenant's internal id. */
  readonly tenant: string;
  readonly url: string;
  readonly description: string | null;
  /** Oldest first; the last one is the present. */
  readonly filters: readonly WebhookFilter[];
  readonly secret: string;
  /** Signs as well until its time is over. */
  readonly oldSecret: string | null;
  readonly oldSecretUntil: number | null;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly disabledAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Where branches without a cursor of their own stand. */
  readonly base: ChangePosition;
}

/** How far a webhook has got with a branch: `part` events of the next change are done. */
export interface Cursor extends ChangePosition {
  readonly part: number;
}

const COLUMNS =
  "id, tenant, url, description, filters, secret, old_secret AS oldSecret, old_secret_until AS oldSecretUntil, enabled, " +
  "disabled_reason AS disabledReason, disabled_at AS disabledAt, created_at AS createdAt, updated_at AS updatedAt, " +
  "base_seq AS baseSeq, base_scn AS baseScn";

type Row = Omit<Webhook, "filters" | "enabled" | "base"> & {
  readonly filters: string;
  readonly enabled: number;
  readonly baseSeq: number;
  readonly baseScn: number;
};

/** Webhooks and their cursors in the catalog. */
export class WebhookStore {
  constructor(private readonly catalog: DataSource) {}

  /** Of all tenants that there are: to read the changes of another would make its database anew. */
  async all(): Promise<readonly Webhook[]> {
    const sql = `SELECT ${COLUMNS} FROM webhooks WHERE tenant IN (SELECT directory FROM tenants) ORDER BY created_at, rowid`;
    return (await this.catalog.query<Row[]>(sql)).map(webhookOf);
  }

  async ofTenant(tenant: string): Promise<readonly Webhook[]> {
    const sql = `SELECT ${COLUMNS} FROM webhooks WHERE tenant = ? ORDER BY created_at, rowid`;
    return (await this.catalog.query<Row[]>(sql, [tenant])).map(webhookOf);
  }

  async find(tenant: string, id: string): Promise<Webhook | null> {
    const sql = `SELECT ${COLUMNS} FROM webhooks WHERE tenant = ? AND id = ?`;
    const [row] = await this.catalog.query<Row[]>(sql, [tenant, id]);
    return row ? webhookOf(row) : null;
  }

  /** Writes all of a webhook, new or known. */
  async put(webhook: Webhook): Promise<void> {
    await this.catalog.query(
      "INSERT OR REPLACE INTO webhooks (id, tenant, url, description, filters, secret, old_secret, old_secret_until, " +
        "enabled, disabled_reason, disabled_at, created_at, updated_at, base_seq, base_scn) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        webhook.id,
        webhook.tenant,
        webhook.url,
        webhook.description,
        JSON.stringify(webhook.filters),
        webhook.secret,
        webhook.oldSecret,
        webhook.oldSecretUntil,
        webhook.enabled ? 1 : 0,
        webhook.disabledReason,
        webhook.disabledAt,
        webhook.createdAt,
        webhook.updatedAt,
        webhook.base.seq,
        webhook.base.scn,
      ],
    );
  }

  async disable(id: string, reason: string, at: number): Promise<void> {
    const sql = "UPDATE webhooks SET enabled = 0, disabled_reason = ?, disabled_at = ? WHERE id = ?";
    await this.catalog.query(sql, [reason, at, id]);
  }

  /** With its cursors and its delivery log. */
  async remove(id: string): Promise<void> {
    await this.catalog.query("DELETE FROM webhooks WHERE id = ?", [id]);
    await this.catalog.query("DELETE FROM webhook_deliveries WHERE webhook = ?", [id]);
    await this.forgetCursors(id);
  }

  async cursor(webhook: string, branch: string): Promise<Cursor | null> {
    const [row] = await this.catalog.query<Cursor[]>(
      "SELECT seq, scn, part FROM webhook_cursors WHERE webhook = ? AND branch = ?",
      [webhook, branch],
    );
    return row ?? null;
  }

  /** By branch. */
  async cursors(webhook: string): Promise<ReadonlyMap<string, Cursor>> {
    const rows = await this.catalog.query<(Cursor & { readonly branch: string })[]>(
      "SELECT branch, seq, scn, part FROM webhook_cursors WHERE webhook = ?",
      [webhook],
    );
    return new Map(rows.map(({ branch, ...cursor }) => [branch, cursor]));
  }

  /** Forwards only: on one branch a position grows by its parts in this order. */
  async moveCursor(webhook: string, branch: string, { seq, scn, part }: Cursor): Promise<void> {
    await this.catalog.query(
      "INSERT INTO webhook_cursors VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE " +
        "SET seq = excluded.seq, scn = excluded.scn, part = excluded.part " +
        "WHERE (excluded.seq, excluded.scn, excluded.part) > (seq, scn, part)",
      [webhook, branch, seq, scn, part],
    );
  }

  async forgetCursors(webhook: string): Promise<void> {
    await this.catalog.query("DELETE FROM webhook_cursors WHERE webhook = ?", [webhook]);
  }
}

function webhookOf({ filters, enabled, baseSeq, baseScn, ...rest }: Row): Webhook {
  return { ...rest, filters: JSON.parse(filters), enabled: enabled === 1, base: { seq: baseSeq, scn: baseScn } };
}
