import { setTimeout as wait } from "node:timers/promises";
import type { Client, DatabaseError } from "pg";
import { connectToPrimary } from "./connect.js";

/** A stream as one process may write it. */
export interface StreamKey {
  readonly cell: string;
  readonly name: string;
  /** The epoch in which this node serves the cell. */
  readonly epoch: number;
  /** Id of the process, as a UUID. It differs for each process of the node, so that none continues another's log. */
  readonly writer: string;
}

/** Another node serves the cell, or another process writes the stream: this one may not go on. */
export class Fenced extends Error {}

/** Time between two attempts to reach the store, in ms. */
const RETRY_MS = 200;

const OWN = "cell = $1 AND name = $2 AND epoch = $3 AND writer = $4";

/** One statement is the fence, the order and the durability of an entry. */
const APPEND = `
WITH own AS (UPDATE stream SET head = $5 WHERE ${OWN} AND head = $5::bigint - 1 RETURNING 1)
INSERT INTO entry (cell, stream, seq, part, parts, epoch, body)
SELECT $1, $2, $5, 1, 1, $3, $6 FROM own`;

const ADVANCE = `UPDATE stream SET head = $5 WHERE ${OWN} AND head = $5::bigint - 1`;
const ADD_PART = "INSERT INTO entry (cell, stream, seq, part, parts, epoch, body) VALUES ($1, $2, $3, $4, $5, $6, $7)";

/**
 * A write that changes nothing. The row's lock makes it wait for a commit that is under way there, and its own commit
 * waits until a standby has everything before it. A query would show what no standby has yet.
 */
const PROBE = `UPDATE stream SET head = head WHERE ${OWN} RETURNING head`;

/** Takes the stream from whichever process wrote it before. An append of that one is over, or it will be refused. */
const TAKE = "UPDATE stream SET writer = $4 WHERE cell = $1 AND name = $2 AND epoch = $3 RETURNING head";

/** Adds entries to the log of one database, one after the other. */
export class Stream {
  private client: Client | null = null;
  /** The server has sent a warning with the answer of the running statement. */
  private isWarned = false;
  /** Also ends a statement that waits. What becomes of it is not known then. */
  private readonly onAbort = () => void this.close();

  protected constructor(
    private readonly urls: readonly string[],
    private readonly key: StreamKey,
    private readonly signal: AbortSignal,
    private head: number,
  ) {
    signal.addEventListener("abort", this.onAbort, { once: true });
  }

  /** Makes the stream this process's. Throws Fenced if another node serves the cell. */
  static async take(urls: readonly string[], key: StreamKey, signal: AbortSignal): Promise<Stream> {
    const stream = new this(urls, key, signal, 0);
    const head = await stream.decide(TAKE);
    stream.head = head;
    return stream;
  }

  /** The newest entry. */
  get seq(): number {
    return this.head;
  }

  /**
   * Adds the next entry. Resolves when a standby has it, and not before. Throws Fenced, or the signal's reason: then its
   * outcome is unknown.
   */
  async append(parts: readonly Uint8Array[]): Promise<void> {
    const seq = this.head + 1;
    for (let known = await this.send(seq, parts); !known; ) {
      const head = await this.decide(PROBE);
      if (head !== seq && head !== this.head) throw new Fenced(`the log of ${this.key.name} is at ${head}, not ${seq}`);
      known = head === seq || (await this.send(seq, parts));
    }
    this.head = seq;
  }

  async close(): Promise<void> {
    this.signal.removeEventListener("abort", this.onAbort);
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => {});
  }

  /** True if the entry is where it must be; false if that is not known. */
  private async send(seq: number, parts: readonly Uint8Array[]): Promise<boolean> {
    try {
      const client = await this.connected();
      this.isWarned = false;
      const added = await this.insert(client, seq, parts);
      if (this.isUnknown(this.isWarned)) throw new Error("the server did not wait for a standby");
      // Either this process may not write any more, or the entry is there since an attempt before. A probe tells.
      return added;
    } catch (error) {
      if (error instanceof Fenced) throw error;
      await this.retreat(error);
      return false;
    }
  }

  private async insert(client: Client, seq: number, parts: readonly Uint8Array[]): Promise<boolean> {
    const { cell, name, epoch, writer } = this.key;
    const own = [cell, name, epoch, writer, seq];
    const [first] = parts;
    if (parts.length === 1) return (await client.query(APPEND, [...own, first])).rowCount === 1;
    await client.query("BEGIN");
    if ((await client.query(ADVANCE, own)).rowCount !== 1) {
      await client.query("ROLLBACK");
      return false;
    }
    for (const [i, body] of parts.entries()) {
      await client.query(ADD_PART, [cell, name, seq, i + 1, parts.length, epoch, body]);
    }
    await client.query("COMMIT");
    return true;
  }

  /** Runs a write that tells the head, until it has an answer that a failover can't take back. */
  protected async decide(sql: string): Promise<number> {
    const { cell, name, epoch, writer } = this.key;
    for (;;) {
      try {
        const client = await this.connected();
        this.isWarned = false;
        const { rows } = await client.query<{ head: string }>(sql, [cell, name, epoch, writer]);
        if (this.isUnknown(this.isWarned)) throw new Error("the server did not wait for a standby");
        if (rows.length === 0) throw new Fenced(`another process writes the log of ${name}`);
        return Number(rows[0]!.head);
      } catch (error) {
        if (error instanceof Fenced) throw error;
        await this.retreat(error);
      }
    }
  }

  /** A cancelled wait for the standby is answered as success, with a warning. */
  protected isUnknown(isWarned: boolean): boolean {
    return isWarned;
  }

  private async connected(): Promise<Client> {
    this.signal.throwIfAborted();
    if (this.client) return this.client;
    const client = await connectToPrimary(this.urls);
    if (this.signal.aborted) client.end().catch(() => {});
    this.signal.throwIfAborted();
    client.on("notice", ({ code }) => {
      if (code?.startsWith("01")) this.isWarned = true;
    });
    this.client = client;
    return client;
  }

  /** Gives the connection up: what becomes of its statement is decided on another one. */
  private async retreat(error: unknown): Promise<void> {
    this.signal.throwIfAborted();
    if (isOwnFault(error)) throw error;
    const { client } = this;
    this.client = null;
    client?.end().catch(() => {});
    await wait(RETRY_MS, undefined, { signal: this.signal });
  }
}

/** What the server refuses whenever it is asked: a missing table, a wrong type, no permission. */
function isOwnFault(error: unknown): boolean {
  const code = (error as Partial<DatabaseError>).code ?? "";
  return /^(42|22|23|0A|28|3D)/.test(code);
}
