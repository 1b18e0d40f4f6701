import { Attempts } from "./attempts.js";
import type { Connections } from "./connections.js";

/** Where a tenant is, as the store says. */
export interface TenantPlace {
  readonly tenant: string;
  readonly cell: string;
  /** Of the cell's active node; null where it has none, or where nobody can reach it. */
  readonly url: string | null;
  /** It is being moved, so that nobody may be serving it at the moment. */
  readonly isMoving: boolean;
}

/** What a credential says of its tenant, before anybody has verified it. */
export type TenantClue = { readonly tenant: string } | { readonly key: string };

/** What a cell has, by its catalog. */
export interface CellContents {
  readonly tenants: readonly string[];
  readonly keys: readonly { readonly id: string; readonly tenant: string }[];
}

/** Time for a lookup, in ms: a request waits for it. */
const ANSWER_MS = 2000;

const FIND = `
SELECT t.name, t.cell, CASE WHEN c.boot IS NOT NULL THEN c.url END AS url,
  EXISTS (SELECT FROM move m WHERE m.tenant = t.name AND m.state IN ('ready', 'switched')) AS moving
FROM tenant t JOIN cell c ON c.name = t.cell
WHERE t.name = coalesce($1, (SELECT tenant FROM api_key WHERE id = $2))`;

const ADD_TENANTS = "INSERT INTO tenant (name, cell) SELECT unnest($2::text[]), $1 ON CONFLICT DO NOTHING";
const ELSEWHERE = "SELECT name, cell FROM tenant WHERE name = ANY ($2::text[]) AND cell <> $1 ORDER BY name";
const ADD_KEYS = `
INSERT INTO api_key (id, tenant) SELECT k.id, k.tenant FROM unnest($2::text[], $3::text[]) AS k (id, tenant)
JOIN tenant t ON t.name = k.tenant AND t.cell = $1 ON CONFLICT DO NOTHING`;
/** A tenant that is just coming is not in the catalog yet. */
const FORGET_OTHERS = `
DELETE FROM tenant t WHERE t.cell = $1 AND NOT t.name = ANY ($2::text[])
AND NOT EXISTS (SELECT FROM move m WHERE m.tenant = t.name AND m.state = 'switched')`;
const REMOVE_TENANT = "DELETE FROM tenant WHERE cell = $1 AND name = $2";

/** Which cell of the store has which tenant. The catalog of a cell decides what it serves; this only leads there. */
export class Directory {
  private readonly attempts: Attempts;

  constructor(
    connections: Connections,
    /** The cell of this node. */
    private readonly cell: string,
    /** Ends what waits for the store. */
    signal: AbortSignal,
  ) {
    this.attempts = new Attempts(connections, signal);
  }

  /**
   * Writes down what this cell has, and removes what it has no longer.
   * @returns tenants that another cell has, too
   */
  publish({ tenants, keys }: CellContents): Promise<readonly { readonly tenant: string; readonly cell: string }[]> {
    const { cell } = this;
    return this.attempts.insist(async (client) => {
      await client.query(FORGET_OTHERS, [cell, tenants]);
      await client.query(ADD_TENANTS, [cell, tenants]);
      await client.query(ADD_KEYS, [cell, keys.map(({ id }) => id), keys.map(({ tenant }) => tenant)]);
      const { rows } = await client.query<{ name: string; cell: string }>(ELSEWHERE, [cell, tenants]);
      return rows.map(({ name: tenant, cell: other }) => ({ tenant, cell: other }));
    });
  }

  /** Reserves the name of a tenant for this cell. Resolves to the other cell that has it, or to null. */
  addTenant(tenant: string): Promise<string | null> {
    return this.attempts.insist(async (client) => {
      await client.query(ADD_TENANTS, [this.cell, [tenant]]);
      const { rows } = await client.query<{ cell: string }>(ELSEWHERE, [this.cell, [tenant]]);
      return rows[0]?.cell ?? null;
    });
  }

  /** Frees the name of a tenant, and forgets its keys. */
  async removeTenant(tenant: string): Promise<void> {
    await this.attempts.insist((client) => client.query(REMOVE_TENANT, [this.cell, tenant]));
  }

  /** Says to which tenant of this cell a key belongs. */
  async addKey(id: string, tenant: string): Promise<void> {
    await this.attempts.insist((client) => client.query(ADD_KEYS, [this.cell, [id], [tenant]]));
  }

  /** The cell that has a tenant, for good: a failover of the store can't take that back. Null where none has it. */
  owner(tenant: string): Promise<string | null> {
    const sql = "UPDATE tenant SET cell = cell WHERE name = $1 RETURNING cell";
    return this.attempts.insist(async (client) => {
      const { rows } = await client.query<{ cell: string }>(sql, [tenant]);
      return rows[0]?.cell ?? null;
    });
  }

  /** Null where no cell has it. A failover of the store can take back what this tells. */
  find(clue: TenantClue): Promise<TenantPlace | null> {
    const values = "tenant" in clue ? [clue.tenant, null] : [null, clue.key];
    return this.attempts.once(ANSWER_MS, async (client) => {
      const { rows } = await client.query(FIND, values);
      const [row] = rows;
      return row === undefined ? null : { tenant: row.name, cell: row.cell, url: row.url, isMoving: row.moving };
    });
  }
}
