import { setTimeout as sleep } from "node:timers/promises";
import { connectToPrimary } from "../../../packages/store/dist/index.js";
import { until } from "../../../packages/store/test/support/postgres.js";
import { PASSWORD } from "./configuration.js";
import { Etcd } from "./etcd.js";
import { Member } from "./member.js";

const NAMES = ["store-1", "store-2", "store-3"];
const OWNER = `heliosdb:${PASSWORD}`;

/** A store as docs/cells.md shows it: three PostgreSQLs under Patroni, whose commits wait for one of the others. */
export class PatroniStore {
  private constructor(
    private readonly etcd: Etcd,
    readonly members: readonly Member[],
  ) {}

  static async start(): Promise<PatroniStore> {
    const etcd = await Etcd.start();
    const members: Member[] = [];
    const store = new PatroniStore(etcd, members);
    try {
      for (const name of NAMES) members.push(await Member.create(name, etcd.port));
      for (const member of members) member.start();
      await store.isWhole();
      const { port } = await store.primary();
      const admin = await connectToPrimary([urlOf(port, `postgres:${PASSWORD}`, "postgres")]);
      await admin.query(`CREATE USER heliosdb PASSWORD '${PASSWORD}'`);
      await admin.query("CREATE DATABASE heliosdb OWNER heliosdb");
      await admin.end();
      return store;
    } catch (error) {
      await store.stop();
      throw error;
    }
  }

  get ports(): readonly number[] {
    return this.members.map(({ port }) => port);
  }

  urlAt(port: number): string {
    return urlOf(port, OWNER, "heliosdb");
  }

  get urls(): readonly string[] {
    return this.ports.map((port) => this.urlAt(port));
  }

  /** Rows of a query on the primary, as soon as there is one. */
  async run(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    let rows: Record<string, unknown>[] = [];
    await until(async () => {
      const client = await connectToPrimary(this.urls);
      try {
        rows = (await client.query(sql, [...values])).rows;
      } finally {
        await client.end();
      }
      return true;
    });
    return rows;
  }

  /** The member that is the primary now. */
  async primary(): Promise<Member> {
    for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100)) {
      for (const member of this.members) if (await member.isPrimary()) return member;
    }
    throw new Error(`the store has no primary:\n${this.#end}`);
  }

  /** Resolves when a primary is there, commits wait for a standby, and all members follow it. */
  async isWhole(): Promise<void> {
    for (const until = Date.now() + 120_000; Date.now() < until; await sleep(200)) {
      const seen = await Promise.all(this.members.map((member) => member.cluster()));
      if (seen.every((cluster) => cluster !== null && isWhole(cluster))) return;
    }
    throw new Error(`the store did not become whole:\n${this.#end}`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.remove()));
    await this.etcd.remove();
  }

  /** The last that each member has to say. */
  get #end(): string {
    return this.members.map(({ name, log }) => `${name}:\n${log.slice(-2000)}`).join("\n");
  }
}

function isWhole(cluster: readonly { role: string; state: string; lag?: number | "unknown" }[]): boolean {
  const running = cluster.filter(({ state }) => state === "running" || state === "streaming");
  const roles = running.map(({ role }) => role);
  return (
    running.length === NAMES.length &&
    roles.includes("leader") &&
    roles.includes("sync_standby") &&
    running.every(({ lag }) => lag !== "unknown")
  );
}

function urlOf(port: number, user: string, database: string): string {
  return `postgres://${user}@127.0.0.1:${port}/${database}`;
}
