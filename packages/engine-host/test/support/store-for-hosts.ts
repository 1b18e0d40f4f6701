import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { TestStore } from "../../../store/test/support/test-store.js";
import type { EngineHost, EngineHostOptions, HostEvent } from "../../dist/index.js";
import { compareWithLogs } from "./logged-folders.js";

/** The ports of a store's primary and standby, which the project's setup has started. */
export const STORE_PORTS = "TEST_STORE_PORTS";

/** Folders that are larger are not compared: copies of them would take more memory than there is. */
const MOST_BYTES = 32 * 1024 * 1024;

interface Hosts {
  start(options: EngineHostOptions): Promise<EngineHost>;
}

/**
 * Gives each host of this process a cell in the store, and compares its folder with its logs when it is closed, unless a
 * test has damaged it. A host with workers of its own is left alone.
 */
export function giveStore(hosts: Hosts): void {
  const [primary, standby] = process.env[STORE_PORTS]!.split(",").map(Number);
  const store = TestStore.at(primary!, standby!);
  const start = hosts.start.bind(hosts);
  hosts.start = async (options) => {
    if (options.entries || options.store) return start(options);
    const cell = resolve(options.dataDir);
    let isDamaged = false;
    const onEvent = (event: HostEvent) => {
      if (event.kind === "recovery") isDamaged = true;
      options.onEvent?.(event);
    };
    const host = await start({ ...options, store: await store.cell(cell), onEvent });
    const close = host.close.bind(host);
    let closed: Promise<void> | null = null;
    host.close = () => {
      closed ??= close().then(async () => {
        if (isDamaged || !existsSync(options.dataDir) || lacksRecord(options.dataDir)) return;
        if (sizeOf(options.dataDir) > MOST_BYTES) return;
        const { different } = await compareWithLogs(store, cell, options.dataDir);
        if (different.length > 0) throw new Error(`the logs are of another folder:\n${different.join("\n")}`);
      });
      return closed;
    };
    return host;
  };
}

function lacksRecord(dataDir: string): boolean {
  const databases = join(dataDir, "databases");
  return readdirSync(databases).some((name) => {
    return (statSync(join(databases, name, "meta.db"), { throwIfNoEntry: false })?.size ?? 0) === 0;
  });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true }).reduce(
    (sum, name) => sum + (statSync(join(folder, String(name)), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
