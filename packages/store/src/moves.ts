import type { Client } from "pg";
import { Attempts } from "./attempts.js";
import { beShort } from "./begin-short.js";
import { waitForCompaction } from "./compaction-lock.js";
import type { Connections } from "./connections.js";
import { Fenced } from "./fenced.js";

/**
 * asked     somebody wants it
 * accepted  the source has the tenant, and says what its database is called
 * ready     the target has nearly all of the database
 * switched  the log, the name and the rows of the tenant are the target's
 * failed    it was given up; the tenant is where it was
 *
 * A move that is done has no row.
 */
export type MoveState = "asked" | "accepted" | "ready" | "switched" | "failed";

export interface Move {
  readonly tenant: string;
  readonly source: string;
  readonly target: string;
  readonly state: MoveState;
  /** The name of the log; null before it is accepted. */
  readonly stream: string | null;
  /** What the cells have to have in common, as the source has it; null before it is accepted. */
  readonly facts: string | null;
  /** Entries that the target doesn't have yet; null before it has counted them. */
  readonly behind: number | null;
  /** Why it failed. */
  readonly problem: string | null;
}

/** A node that serves a cell. */
export interface Server {
  readonly cell: string;
  readonly epoch: number;
}

const ANSWER_MS = 5000;

const ASK = `
INSERT INTO move (tenant, source, target) SELECT name, cell, $2 FROM tenant WHERE name = $1
ON CONFLICT (tenant) DO UPDATE
SET source = excluded.source, target = excluded.target, state = 'asked', stream = NULL, facts = NULL, behind = NULL,
  problem = NULL
WHERE move.state = 'failed'
RETURNING tenant`;
const ALL = "SELECT tenant, source, target, state, stream, facts, behind, problem FROM move";
const ACCEPT = `
UPDATE move SET state = 'accepted', stream = $3, facts = $4 WHERE tenant = $1 AND source = $2 AND state = 'asked'`;
const READY = "UPDATE move SET state = 'ready', behind = $3 WHERE tenant = $1 AND target = $2 AND state = 'accepted'";
const BEHIND = "UPDATE move SET behind = $3 WHERE tenant = $1 AND target = $2";
const FAIL = `
UPDATE move SET state = 'failed', problem = $5
WHERE tenant = $1 AND source = $2 AND target = $3 AND state = $4 AND state <> 'switched'`;
const DONE = "DELETE FROM move WHERE tenant = $1 AND target = $2 AND state = 'switched'";
const LOCK = "SELECT state, stream, target FROM move WHERE tenant = $1 AND source = $2 FOR UPDATE";

/** Moves of tenants from cell to cell. The source takes the steps that end its part, and the target all others. */
export class Moves {
  private readonly attempts: Attempts;

  /** @param signal ends what waits for the store */
  constructor(
    connections: Connections,
    private readonly signal: AbortSignal = new AbortController().signal,
  ) {
    this.attempts = new Attempts(connections, signal);
  }

  /** False where the tenant is unknown, or is being moved already. */
  async ask(tenant: string, target: string): Promise<boolean> {
    return this.attempts.insist(async (client) => {
      const { rowCount } = await client.query(ASK, [tenant, target]);
      if (rowCount === 1) return true;
      // The attempt before may have been the one.
      const { rows } = await client.query(`${ALL} WHERE tenant = $1 AND target = $2`, [tenant, target]);
      return rows[0]?.state === "asked";
    });
  }

  /** The cell that has a tenant; null where none has. */
  cellOf(tenant: string): Promise<string | null> {
    return this.attempts.once(ANSWER_MS, async (client) => {
      const { rows } = await client.query<{ cell: string }>("SELECT cell FROM tenant WHERE name = $1", [tenant]);
      return rows[0]?.cell ?? null;
    });
  }

  /** Those that a cell has a part in. A failover of the store can take back what this tells. */
  of(cell: string): Promise<readonly Move[]> {
    return this.read(`${ALL} WHERE $1 IN (source, target) ORDER BY asked_at, tenant`, [cell]);
  }

  /** Null where it is done, or was never asked for. */
  async find(tenant: string): Promise<Move | null> {
    return (await this.read(`${ALL} WHERE tenant = $1`, [tenant]))[0] ?? null;
  }

  /** By the source. */
  async accept({ tenant, source }: Move, stream: string, facts: string): Promise<void> {
    await this.attempts.insist((client) => client.query(ACCEPT, [tenant, source, stream, facts]));
  }

  /** By the target, for people. */
  async isBehind({ tenant, target }: Move, entries: number): Promise<void> {
    await this.attempts.once(ANSWER_MS, (client) => client.query(BEHIND, [tenant, target, entries]));
  }

  /** By the target. */
  async ready({ tenant, target }: Move, entries: number): Promise<void> {
    await this.attempts.insist((client) => client.query(READY, [tenant, target, entries]));
  }

  /** By either of the two cells, where it is as far as it seemed. What has been switched can't fail any more. */
  async fail({ tenant, source, target, state }: Move, problem: string): Promise<void> {
    await this.attempts.insist((client) => client.query(FAIL, [tenant, source, target, state, problem]));
  }

  /** Removes one that has failed, once somebody has heard of it. */
  async dismiss({ tenant }: Move): Promise<void> {
    await this.attempts.insist((client) =>
      client.query("DELETE FROM move WHERE tenant = $1 AND state = 'failed'", [tenant]),
    );
  }

  /** By the target, which serves the tenant from now on. */
  async done({ tenant, target }: Move): Promise<void> {
    await this.attempts.insist((client) => client.query(DONE, [tenant, target]));
  }

  /**
   * Gives the tenant to the target, with its log and its rows of the catalog. The source serves it no more: its writer
   * has left the log. It may be repeated where its outcome is unknown. Throws Fenced if another node has the source.
   * @param rows the tenant's rows in parts, asked for once they are to be written
   * @returns false where the move has failed, was given up meanwhile, or is not as far as it seemed
   */
  switchOver({ tenant }: Move, { cell, epoch }: Server, rows: () => AsyncIterable<Uint8Array>): Promise<boolean> {
    const work = async (client: Client) => {
      await client.query("BEGIN");
      const [move] = (await client.query(LOCK, [tenant, cell])).rows;
      // What a look had shown may have been taken back by a failover.
      if (move?.state !== "ready" && move?.state !== "switched") {
        await client.query("ROLLBACK");
        return false;
      }
      if (move.state === "ready") await takeOver(client, tenant, { cell, epoch }, move, rows());
      // A write, so that the answer can't be taken back by a failover.
      await client.query("UPDATE move SET state = 'switched' WHERE tenant = $1", [tenant]);
      await client.query("COMMIT");
      return true;
    };
    return this.attempts.insist(work, this.signal, null);
  }

  /** Whether a tenant was given to the target for good: a failover of the store can't take that back. */
  isSwitched({ tenant, source, target }: Move): Promise<boolean> {
    const sql =
      "UPDATE move SET state = state WHERE tenant = $1 AND source = $2 AND target = $3 AND state = 'switched'";
    return this.attempts.insist(async (client) => (await client.query(sql, [tenant, source, target])).rowCount === 1);
  }

  /** The rows that came with a tenant, in parts. */
  async *rows({ tenant }: Move): AsyncGenerator<Uint8Array> {
    for (let part = 1; ; part++) {
      const sql = "SELECT body FROM move_part WHERE tenant = $1 AND part = $2";
      const { rows } = await this.attempts.insist((client) => client.query<{ body: Uint8Array }>(sql, [tenant, part]));
      if (rows.length === 0) return;
      yield rows[0]!.body;
    }
  }

  private read(sql: string, values: readonly unknown[]): Promise<readonly Move[]> {
    return this.attempts.once(ANSWER_MS, async (client) => {
      const { rows } = await client.query(sql, [...values]);
      return rows.map((row) => ({ ...row, behind: row.behind === null ? null : Number(row.behind) }));
    });
  }
}

const OF_LOG = "cell = $1 AND stream = $2";

/**
 * The row of the log is locked first: whoever takes the source over waits for it. Those of the cells come last, since a
 * lease is not renewed while they are locked.
 */
async function takeOver(
  client: Client,
  tenant: string,
  { cell, epoch }: Server,
  { stream, target }: { readonly stream: string; readonly target: string },
  rows: AsyncIterable<Uint8Array>,
): Promise<void> {
  await waitForCompaction(client, cell, stream);
  const log = await client.query("SELECT epoch FROM stream WHERE cell = $1 AND name = $2 FOR UPDATE", [cell, stream]);
  // Rows of an attempt that failed are gone with its transaction, and a tenant that was here before has left none.
  let part = 0;
  for await (const body of rows) {
    await client.query("INSERT INTO move_part VALUES ($1, $2, $3)", [tenant, ++part, body]);
  }
  for (const table of ["entry", "known_file", "base", "base_file"]) {
    await client.query(`UPDATE ${table} SET cell = $3 WHERE ${OF_LOG}`, [cell, stream, target]);
  }
  await beShort(client);
  const both = "SELECT name, epoch FROM cell WHERE name = ANY ($1) ORDER BY name FOR NO KEY UPDATE";
  const cells = (await client.query<{ name: string; epoch: string }>(both, [[cell, target]])).rows;
  const epochOf = (wanted: string) => Number(cells.find(({ name }) => name === wanted)?.epoch);
  if (epochOf(cell) !== epoch || (log.rows.length > 0 && Number(log.rows[0].epoch) !== epoch)) {
    throw new Fenced(`another node serves the cell ${cell}`);
  }
  // At a moment before now, the target's catalog had no such tenant, and the source has no log any more for the one it had.
  const give = "UPDATE stream SET cell = $3, epoch = $4, begun = clock_timestamp() WHERE cell = $1 AND name = $2";
  await client.query("UPDATE cell SET whole_at = clock_timestamp() WHERE name = $1", [cell]);
  await client.query(give, [cell, stream, target, epochOf(target)]);
  await client.query("UPDATE tenant SET cell = $2 WHERE name = $1", [tenant, target]);
}
