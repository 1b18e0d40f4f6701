import type { Client } from "pg";
import { type Backend, connectAs } from "./connect.js";
import { vanished } from "./vanished.js";

/** Connections of one process, however many streams it writes. */
const MOST = 4;
/** Whoever uses a connection for longer, in ms, may wait for a server that has vanished. So often that is looked at. */
const LONG_MS = 2000;

/** A connection that one stream uses at a time. */
export interface Connection {
  readonly client: Client;
  /** The server has sent a warning since this was set to false. */
  isWarned: boolean;
  /** Null where the server does not tell. */
  readonly backend: Backend | null;
}

/** The connections to a store that the streams of a process share. */
export class Connections {
  private readonly idle: Connection[] = [];
  private readonly waiting: (() => void)[] = [];
  /** Since when, in ms of `performance.now`. */
  private readonly inUse = new Map<Connection, number>();
  private watch: NodeJS.Timeout | null = null;
  private isLooking = false;
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
    const connection = this.idle.pop() ?? (await this.add());
    this.inUse.set(connection, performance.now());
    return connection;
  }

  give(connection: Connection): void {
    this.inUse.delete(connection);
    this.idle.push(connection);
    this.waiting.shift()?.();
  }

  /** For a connection that nobody can use any more, or whose statement is not to be waited for. */
  end(connection: Connection): void {
    this.inUse.delete(connection);
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
    this.watch ??= setInterval(() => void this.endVanished(), LONG_MS).unref();
    try {
      const { client, backend } = await connectAs(this.urls);
      const connection: Connection = { client, isWarned: false, backend };
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

  /** Nobody gets it any more. Whoever uses it learns of its end by a statement that fails. */
  private lost(connection: Connection): void {
    const at = this.idle.indexOf(connection);
    if (at < 0) return;
    this.idle.splice(at, 1);
    this.free();
  }

  /**
   * A machine that is lost says nothing. For bytes that it has not received, the system would go on trying for some 15
   * minutes. Meanwhile another server is the primary, and does not have these connections. Whoever waits learns of their
   * end. Where no primary can be reached, nothing is known, and they wait on.
   */
  private async endVanished(): Promise<void> {
    const now = performance.now();
    if (this.isLooking || ![...this.inUse.values()].some((since) => now - since > LONG_MS)) return;
    this.isLooking = true;
    const all = [...this.inUse.keys(), ...this.idle].filter(({ backend }) => backend !== null);
    try {
      const gone = await vanished(
        this.urls,
        all.map(({ backend }) => backend!),
      );
      for (const connection of all) {
        if (!gone.includes(connection.backend!)) continue;
        this.lost(connection);
        void endQuietly(connection.client);
      }
    } catch {
      // Nothing is known.
    } finally {
      this.isLooking = false;
    }
  }

  private free(): void {
    this.count--;
    if (this.count === 0 && this.watch !== null) {
      clearInterval(this.watch);
      this.watch = null;
    }
    this.waiting.shift()?.();
  }
}

async function endQuietly(client: Client): Promise<void> {
  await client.end().catch(() => {});
}
