import type { Client } from "pg";
import { Attempts } from "./attempts.js";
import { type Base, readBase } from "./base.js";
import { beginShort } from "./begin-short.js";
import type { Connections } from "./connections.js";
import { WAITS_FOR_STANDBY, waitsForStandby } from "./durability.js";
import { entriesAfter, type LogEntry } from "./entries-after.js";
import { Fenced } from "./fenced.js";
import { isOwnFault } from "./own-fault.js";

/** Who serves a cell, as its row says. */
export interface CellRow {
  /** 0 for a cell that nobody has served yet. */
  readonly epoch: number;
  /** Rises with each renewal of the lease. */
  readonly renewed: number;
  /** Id of the process that serves it, as a UUID; null where none does. */
  readonly boot: string | null;
  readonly node: string | null;
  /** Where other nodes reach it. */
  readonly url: string | null;
  /** The logs have all that the first node had when it began the cell: others may take it over. */
  readonly isWhole: boolean;
  /** Id of the process that was asked last to leave it to another one; null where none was. */
  readonly leaving: string | null;
}

/** The end of a log. */
export interface Head {
  /** The database's. */
  readonly name: string;
  readonly seq: number;
  readonly digest: string;
  /** Id of the folder whose log it is. */
  readonly folder: string;
}

/** A standby, as it last said. */
export interface Standby {
  /** Id of its process, as a UUID. */
  readonly boot: string;
  readonly url: string | null;
  /** Another text each time that it has said something. */
  readonly seen: string;
}

export interface CellState {
  readonly row: CellRow;
  readonly heads: readonly Head[];
  /** The standby of the name that was asked for; null where there is none. */
  readonly standby: Standby | null;
}

export interface ServingNode {
  readonly node: string;
  readonly url: string | null;
  readonly boot: string;
}

export interface Renewal {
  /** This process is to leave the cell to another one. */
  readonly isAskedToLeave: boolean;
  /** Commits of the store wait for a standby. */
  readonly isReplicated: boolean;
}

/** Time for an answer, in ms. A claim waits longer: it may not be taken for failed. */
const ANSWER_MS = 2000;
const CLAIM_MS = 10_000;

const LOOK = `
SELECT epoch, renewed, boot, node, url, whole, leaving,
  (SELECT coalesce(json_agg(json_build_object('name', s.name, 'seq', s.head, 'digest', s.digest, 'folder', s.folder)), '[]')
   FROM stream s WHERE s.cell = c.name) AS heads,
  (SELECT json_build_object('boot', t.boot, 'url', t.url, 'seen', t.seen_at)
   FROM standby t WHERE t.cell = c.name AND t.node = $2) AS standby
FROM cell c WHERE name = $1`;

const CREATE = "INSERT INTO cell (name) VALUES ($1) ON CONFLICT DO NOTHING";

const CLAIM = `
UPDATE cell SET epoch = epoch + 1, renewed = 0, boot = $4, node = $5, url = $6
WHERE name = $1 AND epoch = $2 AND renewed = $3 RETURNING epoch`;
/** In a statement of its own, which sees the streams that the one before had to wait for. */
const CLAIM_STREAMS = "UPDATE stream SET epoch = $2 WHERE cell = $1";
/** A write, so that its answer can't be taken back by a failover. */
const CLAIMED = "UPDATE cell SET renewed = renewed WHERE name = $1 AND boot = $2 RETURNING epoch";

const OWN = "name = $1 AND epoch = $2 AND boot = $3";
const RENEW = `
UPDATE cell SET renewed = renewed + 1, renewed_at = clock_timestamp() WHERE ${OWN}
RETURNING coalesce(leaving = boot, false) AS leaves, ${WAITS_FOR_STANDBY} AS replicated`;
const WHOLE = `UPDATE cell SET whole = true, whole_at = coalesce(whole_at, clock_timestamp()) WHERE ${OWN}`;
const RELEASE = `UPDATE cell SET boot = NULL WHERE ${OWN}`;
const LEAVE_TO_OTHERS = `UPDATE cell SET leaving = boot WHERE ${OWN}`;

const REPORT = `
INSERT INTO standby AS s VALUES ($1, $2, $3, $4, $5, clock_timestamp())
ON CONFLICT (cell, node) DO UPDATE
SET boot = excluded.boot, url = excluded.url, behind = excluded.behind, seen_at = excluded.seen_at
WHERE s.boot IN (excluded.boot, $6)`;
const LEAVE = "DELETE FROM standby WHERE cell = $1 AND node = $2 AND boot = $3";

/** A write that changes nothing, and locks nothing. */
const WRITE = "SELECT pg_logical_emit_message(true, 'helios', 'seen')";

const PARTS = "SELECT body FROM entry WHERE cell = $1 AND stream = $2 AND seq = $3 ORDER BY part";

/**
 * The row of a cell, and what its logs say. Its connections are not those of the logs: a lease must not end because an
 * entry is on its way.
 */
export class Cell {
  private readonly attempts: Attempts;

  constructor(
    connections: Connections,
    readonly name: string,
  ) {
    this.attempts = new Attempts(connections);
  }

  /** Begins a cell that is not there. It may be repeated where its outcome is unknown. */
  async create(): Promise<void> {
    await this.run(CLAIM_MS, (client) => client.query(CREATE, [this.name]));
  }

  /**
   * Who serves it, and where its logs end. A failover of the store can take back what this tells.
   * @param name of the standby that is looked for
   */
  async look(name: string | null = null): Promise<CellState> {
    const { rows } = await this.run(ANSWER_MS, (client) => client.query(LOOK, [this.name, name]));
    if (rows.length === 0) throw new Error(`the store has no cell ${this.name}`);
    const { epoch, renewed, boot, node, url, whole, leaving, heads, standby } = rows[0];
    const row = { epoch: Number(epoch), renewed: Number(renewed), boot, node, url, isWhole: whole, leaving };
    return { row, heads, standby };
  }

  /**
   * Takes the cell, if nobody has taken or renewed it since it looked like this. Appends of the node before are in the
   * heads then, or will be refused.
   * @param signal ends the attempts to learn the outcome, which is unknown then
   * @returns the epoch in which the caller serves it; null if it was too late
   */
  async claim(
    seen: Pick<CellRow, "epoch" | "renewed">,
    self: ServingNode,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<number | null> {
    try {
      const epoch = await this.run(CLAIM_MS, (client) => this.tryToClaim(client, seen, self), signal);
      if (epoch !== null) return epoch;
    } catch (error) {
      if (isOwnFault(error)) throw error;
    }
    const { rows } = await this.attempts.insist((client) => client.query(CLAIMED, [this.name, self.boot]), signal);
    return rows.length === 0 ? null : Number(rows[0].epoch);
  }

  private async tryToClaim(
    client: Client,
    { epoch, renewed }: Pick<CellRow, "epoch" | "renewed">,
    { node, url, boot }: ServingNode,
  ): Promise<number | null> {
    await beginShort(client);
    const { rows } = await client.query(CLAIM, [this.name, epoch, renewed, boot, node, url]);
    if (rows.length === 0) {
      await client.query("ROLLBACK");
      return null;
    }
    const claimed = Number(rows[0].epoch);
    await client.query(CLAIM_STREAMS, [this.name, claimed]);
    await client.query("COMMIT");
    return claimed;
  }

  /** Throws Fenced if another node has taken the cell. After any other error nothing is known. */
  async renew(epoch: number, boot: string): Promise<Renewal> {
    const { rows } = await this.run(ANSWER_MS, (client) => client.query(RENEW, [this.name, epoch, boot]));
    if (rows.length === 0) throw new Fenced(`another node serves the cell ${this.name}`);
    return { isAskedToLeave: rows[0].leaves, isReplicated: rows[0].replicated };
  }

  /** The epoch in which a process serves the cell, by a write: a failover can't take it back. Null where it doesn't. */
  async claimedBy(boot: string): Promise<number | null> {
    const { rows } = await this.run(CLAIM_MS, (client) => client.query(CLAIMED, [this.name, boot]));
    return rows.length === 0 ? null : Number(rows[0].epoch);
  }

  /** Asks a process to leave the cell to another one. False where it doesn't serve the cell any more. */
  async askToLeave(epoch: number, boot: string): Promise<boolean> {
    const { rowCount } = await this.run(CLAIM_MS, (client) => client.query(LEAVE_TO_OTHERS, [this.name, epoch, boot]));
    return rowCount === 1;
  }

  /** Lets others take the cell from now on. Throws Fenced if another node has it. */
  async makeWhole(epoch: number, boot: string): Promise<void> {
    const { rowCount } = await this.attempts.insist((client) => client.query(WHOLE, [this.name, epoch, boot]));
    if (rowCount === 0) throw new Fenced(`another node serves the cell ${this.name}`);
  }

  /** Whether commits on the store's primary wait for a standby. */
  isReplicated(): Promise<boolean> {
    return this.run(ANSWER_MS, waitsForStandby);
  }

  /** Resolves when no failover can take back any more what was seen before. */
  async settle(): Promise<void> {
    await this.run(CLAIM_MS, (client) => client.query(WRITE));
  }

  /** Lets others take the cell at once. */
  async release(epoch: number, boot: string): Promise<void> {
    await this.run(ANSWER_MS, (client) => client.query(RELEASE, [this.name, epoch, boot]));
  }

  /**
   * Says how far a standby is, unless another process has its name. Nobody waits until another server has that.
   * @param before the process that had the name, and has ended
   */
  async report({ node, url, boot }: ServingNode, behind: number, before: string | null): Promise<void> {
    await this.run(ANSWER_MS, async (client) => {
      await client.query("BEGIN");
      await client.query("SET LOCAL synchronous_commit = off");
      await client.query(REPORT, [this.name, node, boot, url, behind, before]);
      await client.query("COMMIT");
    });
  }

  /** A node is no standby any more. */
  async leave({ node, boot }: Pick<ServingNode, "node" | "boot">): Promise<void> {
    await this.run(ANSWER_MS, (client) => client.query(LEAVE, [this.name, node, boot]));
  }

  /** The parts of an entry; none where it is not there. */
  async entry(stream: string, seq: number): Promise<readonly Uint8Array[]> {
    const { rows } = await this.run(null, (client) => client.query(PARTS, [this.name, stream, seq]));
    return rows.map(({ body }: { body: Uint8Array }) => body);
  }

  /** The entries after this one, of a few bytes together if they are not larger; none where there is none. */
  async entries(stream: string, after: number, bytes: number): Promise<readonly LogEntry[]> {
    return this.run(null, (client) => entriesAfter(client, this.name, stream, after, bytes));
  }

  /** Reads the base of a log; null where it has none, or is not there. */
  async base<T>(stream: string, work: (base: Base | null) => Promise<T>): Promise<T> {
    return this.run(null, (client) => readBase(client, this.name, stream, work));
  }

  private run<T>(limitMs: number | null, work: (client: Client) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.attempts.once(limitMs, work, signal);
  }
}
