import { setTimeout as sleep } from "node:timers/promises";
import { TestStore } from "../../../packages/store/test/support/test-store.js";
import { PATRONI } from "../../support/patroni/installed.js";
import { PatroniStore } from "../../support/patroni/patroni-store.js";

/** A store whose servers can be lost. */
export interface FailingStore {
  /** Of its servers. */
  readonly ports: readonly number[];
  /** A server's address, as if it were at this port. */
  urlAt(port: number): string;
  run(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** The primary's process ends; it, or another one, comes by itself. */
  killPrimary(): Promise<void>;
  /** Null where nobody would take the place of a machine that is lost. */
  readonly machines: Machines | null;
  /** Resolves when it can lose a server. */
  isWhole(): Promise<void>;
  stop(): Promise<void>;
}

export interface Machines {
  /** Loses the primary's machine; resolves to the port of its server, which `cut` hears of just before. */
  lose(cut: (port: number) => void): Promise<number>;
  /** Starts it again. */
  bringBack(): void;
}

/** Under Patroni where that is installed; otherwise a primary that the test starts again itself. */
export async function failingStore(): Promise<FailingStore> {
  return PATRONI === null ? plain(await TestStore.start()) : underPatroni(await PatroniStore.start());
}

function underPatroni(store: PatroniStore): FailingStore {
  let bringBack = () => {};
  return {
    ports: store.ports,
    urlAt: (port) => store.urlAt(port),
    run: (sql, values) => store.run(sql, values),
    killPrimary: async () => (await store.primary()).killPostgres(),
    machines: {
      lose: async (cut) => {
        const member = await store.primary();
        cut(member.port);
        await member.lose();
        bringBack = () => member.start();
        return member.port;
      },
      bringBack: () => bringBack(),
    },
    isWhole: () => store.isWhole(),
    stop: () => store.stop(),
  };
}

function plain(store: TestStore): FailingStore {
  return {
    ports: [store.standby.port, store.primary.port],
    urlAt: (port) => store.primary.url.replace(`:${store.primary.port}/`, `:${port}/`),
    run: (sql, values) => store.primary.run(sql, values),
    killPrimary: async () => {
      await store.primary.kill();
      await sleep(500);
      await store.primary.start();
    },
    machines: null,
    isWhole: async () => {},
    stop: () => store.stop(),
  };
}
