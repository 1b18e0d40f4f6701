import { connectToPrimary } from "./connect.js";
import { waitsForStandby } from "./durability.js";
import type { Move } from "./moves.js";

/** What the store says of a cell at a moment, for people. Ages are in seconds, by the store's clock. */
export interface CellStatus {
  readonly epoch: number;
  readonly isWhole: boolean;
  /** Null where no node has the cell. */
  readonly active: { readonly node: string; readonly url: string | null; readonly renewedAgo: number } | null;
  readonly standbys: readonly {
    readonly node: string;
    readonly url: string | null;
    /** Entries of the logs that it did not have. */
    readonly behind: number;
    readonly seenAgo: number;
  }[];
  readonly logs: number;
  readonly entries: number;
  /** All cells of the store. */
  readonly cells: readonly { readonly name: string; readonly tenants: number; readonly isServed: boolean }[];
  /** Tenants on their way from or to this cell. */
  readonly moves: readonly Pick<Move, "tenant" | "source" | "target" | "state" | "problem">[];
  readonly store: {
    /** Host and port of the primary. */
    readonly primary: string;
    /** Whether commits wait for another server. */
    readonly isReplicated: boolean;
    readonly waitsFor: string;
    /** What each does is null where the store's user may not see that. */
    readonly replicas: readonly {
      readonly name: string;
      readonly state: string | null;
      readonly sync: string | null;
    }[];
  };
}

const CELL = `
SELECT epoch, whole, boot IS NOT NULL AS taken, node, url, extract(epoch FROM clock_timestamp() - renewed_at)::float8 AS ago,
  (SELECT count(*) FROM stream s WHERE s.cell = c.name) AS logs,
  (SELECT coalesce(sum(head), 0) FROM stream s WHERE s.cell = c.name) AS entries
FROM cell c WHERE name = $1`;

const STANDBYS = `
SELECT node, url, behind, extract(epoch FROM clock_timestamp() - seen_at)::float8 AS ago
FROM standby WHERE cell = $1 ORDER BY node`;

const CELLS = `
SELECT name, boot IS NOT NULL AS served, (SELECT count(*) FROM tenant t WHERE t.cell = c.name) AS tenants
FROM cell c ORDER BY name`;

const MOVES =
  "SELECT tenant, source, target, state, problem FROM move WHERE $1 IN (source, target) ORDER BY asked_at, tenant";

const REPLICAS = "SELECT application_name AS name, state, sync_state AS sync FROM pg_stat_replication ORDER BY 1";

/** Rejects where no primary can be reached, or the store has no such cell. */
export async function cellStatus(urls: readonly string[], cell: string): Promise<CellStatus> {
  const client = await connectToPrimary(urls);
  try {
    const [row] = (await client.query(CELL, [cell])).rows;
    if (row === undefined) throw new Error(`the store has no cell ${cell}`);
    const standbys = (await client.query(STANDBYS, [cell])).rows;
    const cells = (await client.query(CELLS)).rows;
    const { rows: moves } = await client.query(MOVES, [cell]);
    const { rows: replicas } = await client.query<CellStatus["store"]["replicas"][number]>(REPLICAS);
    const { rows } = await client.query<{ names: string }>(
      "SELECT current_setting('synchronous_standby_names') AS names",
    );
    return {
      epoch: Number(row.epoch),
      isWhole: row.whole,
      active: row.taken ? { node: row.node, url: row.url, renewedAgo: row.ago } : null,
      standbys: standbys.map(({ node, url, behind, ago }) => ({ node, url, behind: Number(behind), seenAgo: ago })),
      logs: Number(row.logs),
      entries: Number(row.entries),
      cells: cells.map(({ name, served, tenants }) => ({ name, tenants: Number(tenants), isServed: served })),
      moves,
      store: {
        primary: `${client.host}:${client.port}`,
        isReplicated: await waitsForStandby(client),
        waitsFor: rows[0]?.names ?? "",
        replicas,
      },
    };
  } finally {
    await client.end().catch(() => {});
  }
}

/** All cells of a store. */
export async function namesOfCells(urls: readonly string[]): Promise<readonly string[]> {
  const client = await connectToPrimary(urls);
  try {
    const { rows } = await client.query<{ name: string }>("SELECT name FROM cell ORDER BY name");
    return rows.map(({ name }) => name);
  } finally {
    await client.end().catch(() => {});
  }
}
