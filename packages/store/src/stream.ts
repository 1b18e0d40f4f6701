import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "pg";
import { type Base, readBase } from "./base.js";
import { beginShort } from "./begin-short.js";
import { waitForCompaction } from "./compaction-lock.js";
import type { Connection, Connections } from "./connections.js";
import { Fenced } from "./fenced.js";
import { isOwnFault } from "./own-fault.js";

/** A stream as one process may write it. */
export interface StreamKey {
  readonly cell: string;
  readonly name: string;
  /** The epoch in which this node serves the cell. */
  readonly epoch: number;
  /** Id of the process, as a UUID. It differs for each process of the node, so that none continues another's log. */
  readonly writer: string;
}

export interface Entry {
  readonly parts: readonly Uint8Array[];
  readonly digest: string;
  /** Files that the log has from this entry on. */
  readonly made: readonly string[];
  /** Files that it has no longer. */
  readonly gone: readonly string[];
}

/** Time between two attempts to reach the store, in ms. */
const RETRY_MS = 200;

const OWN = "cell = $1 AND name = $2 AND epoch = $3 AND writer = $4";

const ADVANCE = `
UPDATE stream SET head = $5, digest = $6, bytes = bytes + $7 WHERE ${OWN} AND head = $5::bigint - 1`;

/**
 * One statement is the fence, the order and the durability of an entry. It has a name on its connection, so the server
 * parses and plans it once.
 */
const APPEND = `
WITH own AS (${ADVANCE} RETURNING 1)
INSERT INTO entry (cell, stream, seq, part, parts, epoch, body)
SELECT $1, $2, $5, 1, 1, $3, $8 FROM own`;

const ADD_PART = "INSERT INTO entry (cell, stream, seq, part, parts, epoch, body) VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ADD_FILES = "INSERT INTO known_file SELECT $1, $2, unnest($3::text[]) ON CONFLICT DO NOTHING";
const REMOVE_FILES = "DELETE FROM known_file WHERE cell = $1 AND stream = $2 AND name = ANY ($3::text[])";

/**
 * A write that changes nothing. The row's lock makes it wait for a commit that is under way there, and its own commit
 * waits until a standby has everything before it. A query would show what no standby has yet.
 */
const PROBE = `UPDATE stream SET head = head WHERE ${OWN} RETURNING head`;

/**
 * Takes the stream from whichever process wrote it before, or begins it. An append of that one is over, or it will be
 * refused. The cell's row keeps a node that takes the cell over from missing a stream that is just being made.
 */
const TAKE = `
WITH served AS (SELECT name FROM cell WHERE name = $1 AND epoch = $3 FOR SHARE)
INSERT INTO stream AS s (cell, name, epoch, writer, folder) SELECT name, $2, $3, $4, $5 FROM served
ON CONFLICT (cell, name) DO UPDATE
SET writer = excluded.writer, folder = CASE WHEN s.head = 0 THEN excluded.folder ELSE s.folder END
WHERE s.epoch = excluded.epoch
RETURNING head, digest, folder`;

const FILES = "SELECT name FROM known_file WHERE cell = $1 AND stream = $2";
const PARTS = "SELECT body FROM entry WHERE cell = $1 AND stream = $2 AND seq = $3 ORDER BY part";

const DROP = `
WITH own AS (DELETE FROM stream WHERE ${OWN} RETURNING 1),
known AS (DELETE FROM known_file WHERE cell = $1 AND stream = $2 AND EXISTS (SELECT FROM own)),
entries AS (DELETE FROM entry WHERE cell = $1 AND stream = $2 AND EXISTS (SELECT FROM own)),
bases AS (DELETE FROM base WHERE cell = $1 AND stream = $2 AND EXISTS (SELECT FROM own)),
files AS (DELETE FROM base_file WHERE cell = $1 AND stream = $2 AND EXISTS (SELECT FROM own) RETURNING id),
chunks AS (DELETE FROM base_chunk WHERE file IN (SELECT id FROM files) RETURNING blob)
DELETE FROM blob WHERE id IN (SELECT blob FROM chunks)`;

/** Adds entries to the log of one database, one after the other. */
export class Stream {
  /** In use now. */
  private connection: Connection | null = null;
  private head = 0;
  private lastDigest = "";
  private folderId = "";
  private files: readonly string[] = [];
  /** Also ends a statement that waits. What becomes of it is not known then. */
  private readonly onAbort = () => this.giveUp();

  protected constructor(
    private readonly connections: Connections,
    private readonly key: StreamKey,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener("abort", this.onAbort, { once: true });
  }

  /**
   * Makes the stream this process's. One that is not there begins now.
   * @param folder id of the folder whose log it becomes if it begins, as a UUID
   * Throws Fenced if another node serves the cell.
   */
  static async take(
    connections: Connections,
    key: StreamKey,
    folder: string,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Stream> {
    const stream = new this(connections, key, signal);
    await stream.insist(async (client) => {
      const row = await stream.takeRow(client, folder);
      [stream.head, stream.lastDigest, stream.folderId] = [Number(row.head), row.digest, row.folder];
      const { rows } = await client.query<{ name: string }>(FILES, [key.cell, key.name]);
      stream.files = rows.map(({ name }) => name);
    });
    return stream;
  }

  /** The newest entry. */
  get seq(): number {
    return this.head;
  }

  /** Its digest; empty where there is none. */
  get digest(): string {
    return this.lastDigest;
  }

  /** Id of the folder whose log this is. */
  get folder(): string {
    return this.folderId;
  }

  /** The files that the log had when the stream was taken. */
  get known(): readonly string[] {
    return this.files;
  }

  /**
   * Adds the next entry. Resolves when a standby has it, and not before. Throws Fenced, or the signal's reason: then its
   * outcome is unknown.
   */
  async append(entry: Entry): Promise<void> {
    const seq = this.head + 1;
    for (let known = await this.send(seq, entry); !known; ) {
      const head = await this.decide();
      if (head !== seq && head !== this.head) throw new Fenced(`the log of ${this.key.name} is at ${head}, not ${seq}`);
      known = head === seq || (await this.send(seq, entry));
    }
    this.head = seq;
    this.lastDigest = entry.digest;
  }

  /** The parts of an entry that was there when the stream was taken. */
  async read(seq: number): Promise<Uint8Array[]> {
    const { cell, name } = this.key;
    return this.insist(async (client) => {
      const { rows } = await client.query<{ body: Uint8Array }>(PARTS, [cell, name, seq]);
      return rows.map(({ body }) => body);
    });
  }

  /** Reads the base of the log, as often as the connection is lost meanwhile. */
  base<T>(work: (base: Base | null) => Promise<T>): Promise<T> {
    return this.insist((client) => readBase(client, this.key.cell, this.key.name, work));
  }

  /** Removes the log with all its entries and its base. */
  async drop(): Promise<void> {
    // The attempt before may have been the one: then the stream begins anew, and is removed again.
    await this.insist(async (client) => {
      await this.takeRow(client, this.folderId);
      await client.query("BEGIN");
      await waitForCompaction(client, this.key.cell, this.key.name);
      await client.query(DROP, this.own);
      await client.query("COMMIT");
    });
    this.close();
  }

  close(): void {
    this.signal.removeEventListener("abort", this.onAbort);
    this.giveUp();
  }

  private get own(): unknown[] {
    const { cell, name, epoch, writer } = this.key;
    return [cell, name, epoch, writer];
  }

  private async takeRow(client: Client, folder: string): Promise<{ head: string; digest: string; folder: string }> {
    const { rows } = await client.query<{ head: string; digest: string; folder: string }>(TAKE, [...this.own, folder]);
    if (rows.length === 0) throw new Fenced(`another node serves the cell ${this.key.cell}`);
    return rows[0]!;
  }

  /** True if the entry is where it must be; false if that is not known. */
  private async send(seq: number, entry: Entry): Promise<boolean> {
    try {
      // Either this process may not write any more, or the entry is there since an attempt before. A probe tells.
      return await this.run((client) => this.insert(client, seq, entry));
    } catch (error) {
      await this.retreat(error);
      return false;
    }
  }

  private async insert(client: Client, seq: number, { parts, digest, made, gone }: Entry): Promise<boolean> {
    const { cell, name, epoch } = this.key;
    const place = [...this.own, seq, digest, parts.reduce((sum, { byteLength }) => sum + byteLength, 0)];
    const [first] = parts;
    if (parts.length + made.length + gone.length === 1) {
      return (await client.query({ name: "append", text: APPEND, values: [...place, first] })).rowCount === 1;
    }
    await beginShort(client, Math.max(0, ...parts.map(({ byteLength }) => byteLength)));
    if ((await client.query(ADVANCE, place)).rowCount !== 1) {
      await client.query("ROLLBACK");
      return false;
    }
    for (const [i, body] of parts.entries()) {
      await client.query(ADD_PART, [cell, name, seq, i + 1, parts.length, epoch, body]);
    }
    if (made.length > 0) await client.query(ADD_FILES, [cell, name, made]);
    if (gone.length > 0) await client.query(REMOVE_FILES, [cell, name, gone]);
    await client.query("COMMIT");
    return true;
  }

  /** The head, by a write, when that has an answer that a failover can't take back. */
  protected async decide(): Promise<number> {
    return this.insist(async (client) => {
      const { rows } = await client.query<{ head: string }>(PROBE, this.own);
      if (rows.length === 0) throw new Fenced(`another process writes the log of ${this.key.name}`);
      return Number(rows[0]!.head);
    });
  }

  /** Runs statements until they have an answer that a failover can't take back. They may run several times. */
  private async insist<T>(work: (client: Client) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.run(work);
      } catch (error) {
        await this.retreat(error);
      }
    }
  }

  private async run<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const connection = await this.connected();
    connection.isWarned = false;
    const done = await work(connection.client);
    if (this.isUnknown(connection.isWarned)) throw new Error("the server did not wait for a standby");
    this.connection = null;
    this.connections.give(connection);
    return done;
  }

  /** A cancelled wait for the standby is answered as success, with a warning. */
  protected isUnknown(isWarned: boolean): boolean {
    return isWarned;
  }

  private async connected(): Promise<Connection> {
    this.signal.throwIfAborted();
    const connection = await this.connections.take();
    if (this.signal.aborted) this.connections.end(connection);
    this.signal.throwIfAborted();
    this.connection = connection;
    return connection;
  }

  /** Gives the connection up: what becomes of its statement is decided on another one. */
  private async retreat(error: unknown): Promise<void> {
    this.giveUp();
    if (error instanceof Fenced) throw error;
    this.signal.throwIfAborted();
    if (isOwnFault(error)) throw error;
    await wait(RETRY_MS, undefined, { signal: this.signal });
  }

  private giveUp(): void {
    const { connection } = this;
    this.connection = null;
    if (connection) this.connections.end(connection);
  }
}
