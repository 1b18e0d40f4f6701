import { BaseTransaction } from "./base-transaction.js";
import type { Connections } from "./connections.js";

/** Those with more bytes since their base than $4, and $2 or this part of the base on top of it. */
const LONG = `
SELECT s.name, s.head FROM stream s LEFT JOIN base b ON b.cell = s.cell AND b.stream = s.name
WHERE s.cell = $1 AND s.bytes - coalesce(b.folded, 0) > $4::bigint + greatest($2::bigint, coalesce(b.bytes, 0) * $3::float8) ORDER BY s.name`;

/** The bases of a cell's logs. */
export class Bases {
  constructor(
    private readonly connections: Connections,
    private readonly cell: string,
    /** Ends whatever is under way. */
    private readonly signal: AbortSignal = new AbortController().signal,
  ) {}

  /**
   * The logs that have become long since their base: longer than what is kept by these bytes, and by this part of the base.
   */
  async behind(
    bytes: number,
    part: number,
    keepBytes: number,
  ): Promise<readonly { readonly name: string; readonly head: number }[]> {
    return this.run(async (client) => {
      const { rows } = await client.query(LONG, [this.cell, bytes, part, keepBytes]);
      return rows.map(({ name, head }) => ({ name, head: Number(head) }));
    });
  }

  /**
   * Moves the base of a log in one transaction. What it is moved over may be taken back by a failover of the store, and
   * the base with it: its commit comes later in the same order.
   *
   * After an error nothing is known, and the base is where it was or where it was moved.
   * @returns what `work` does; null where another one moves this base just now, or the log is not there
   */
  async move<T>(stream: string, work: (base: BaseTransaction) => Promise<T>): Promise<T | null> {
    return this.run(async (client) => {
      const base = await BaseTransaction.begin(client, this.cell, stream);
      const done = base && (await work(base));
      await client.query(base === null ? "ROLLBACK" : "COMMIT");
      return done;
    });
  }

  private async run<T>(work: (client: Parameters<typeof BaseTransaction.begin>[0]) => Promise<T>): Promise<T> {
    const { signal } = this;
    signal.throwIfAborted();
    const connection = await this.connections.take();
    let isOver = false;
    const end = () => {
      if (!isOver) this.connections.end(connection);
      isOver = true;
    };
    signal.addEventListener("abort", end, { once: true });
    try {
      signal.throwIfAborted();
      connection.isWarned = false;
      const done = await work(connection.client);
      if (connection.isWarned) throw new Error("the server did not wait for a standby");
      if (!isOver) this.connections.give(connection);
      isOver = true;
      return done;
    } catch (error) {
      end();
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener("abort", end);
    }
  }
}
