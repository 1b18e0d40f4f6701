import { randomUUID } from "node:crypto";
import { connectToPrimary, createStore } from "../../src/index.js";
import { Postgres } from "./postgres.js";

/** A store on a primary and a synchronous standby, with as many cells as tests need. */
export class TestStore {
  private constructor(
    readonly primary: Postgres,
    readonly standby: Postgres,
  ) {}

  static async start(): Promise<TestStore> {
    const primary = await Postgres.primary();
    const client = await connectToPrimary([primary.url]);
    await createStore(client);
    await client.end();
    return new TestStore(primary, await primary.standby());
  }

  /** One that another process has started, in a database of its own or in the usual one. */
  static at(primary: number, standby: number, database?: string): TestStore {
    return new TestStore(Postgres.at(primary, database), Postgres.at(standby, database));
  }

  get urls(): readonly string[] {
    return [this.standby.url, this.primary.url];
  }

  /** A cell with no logs yet, served in its first epoch. */
  async cell(name: string = randomUUID()): Promise<{ urls: readonly string[]; cell: string; epoch: number }> {
    await this.primary.run("INSERT INTO helios.cell VALUES ($1, 1) ON CONFLICT DO NOTHING", [name]);
    return { urls: this.urls, cell: name, epoch: 1 };
  }

  /** The entries of a database's log, in order, each in parts; of the standby, if nothing else is said. */
  async entries(cell: string, database: string, server = this.standby): Promise<Buffer[][]> {
    const sql = "SELECT seq, body FROM helios.entry WHERE cell = $1 AND stream = $2 ORDER BY seq, part";
    const entries: Buffer[][] = [];
    for (const { seq, body } of await server.run(sql, [cell, database])) {
      entries[Number(seq) - 1] ??= [];
      entries[Number(seq) - 1]!.push(body as Buffer);
    }
    return entries;
  }

  /** The heads of a cell's logs, by database. */
  async heads(cell: string): Promise<Map<string, number>> {
    const rows = await this.primary.run("SELECT name, head FROM helios.stream WHERE cell = $1", [cell]);
    return new Map(rows.map(({ name, head }) => [String(name), Number(head)]));
  }

  async stop(): Promise<void> {
    await this.primary.stop();
    await this.standby.stop();
  }
}
