import type { Client } from "pg";
import { connectToPrimary } from "./connect.js";

/** Connections of one process, however many streams it writes. */
const MOST = 4;

/** A connection that one stream uses at a time. */
export interface Connection {
  readonly client: Client;
  /** The server has sent a warning since this was set to false. */
  isWarned: boolean;
}

/** The connections to a store that the streams of a process share. */
export class Connections {
  private readonly idle: Connection[] = [];
  private readonly waiting: (() => void)[] = [];
  /** Idle, in use, or being made. */
  private count = 0;

  constructor(
    private readonly urls: readonly string[],
    private readonly most = MOST,
  ) {}

  /** A connection to the primary. Its user gives it back, or ends it. Rejects where no primary can be reached. */
  async take(): Promise<Connection> {
    while (this.idle.length === 0 && this.count >= this.most) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return this.idle.pop() ?? (await this.add());
  }

  give(connection: Connection): void {
    this.idle.push(connection);
    this.waiting.shift()?.();
  }

  /** For a connection that nobody can use any more, or whose statement is not to be waited for. */
  end(connection: Connection): void {
    this.free();
    void endQuietly(connection.client);
  }

  /** Ends those that nobody uses. */
  async close(): Promise<void> {
    const unused = this.idle.splice(0);
    for (const _ of unused) this.free();
    await Promise.all(unused.map(({ client }) => endQuietly(client)));
  }

  private async add(): Promise<Connection> {
    this.count++;
    try {
      const client = await connectToPrimary(this.urls);
      const connection = { client, isWarned: false };
      client.on("notice", ({ code }) => {
        if (code?.startsWith("01")) connection.isWarned = true;
      });
      client.once("end", () => this.lost(connection));
      return connection;
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /** Whoever uses it learns of its end by a statement that fails. */
  private lost(connection: Connection): void {
    const at = this.idle.indexOf(connection);
    if (at < 0) return;
    this.idle.splice(at, 1);
    this.free();
  }

  private free(): void {
    this.count--;
    this.waiting.shift()?.();
  }
}

async function endQuietly(client: Client): Promise<void> {
  await client.end().catch(() => {});
}
