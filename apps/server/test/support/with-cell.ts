import { existsSync } from "node:fs";
import { EngineHost, type EngineHostOptions } from "@heliosdb/engine-host";
import { startInCell } from "../../dist/cell/start-in-cell.js";
import type { CellPart } from "../../dist/embedding/cell-part.js";
import {
  ApiServer,
  type ApiServerOptions,
  type EmbeddedDatabase,
  loadConfig,
  type RunningServer,
} from "../../dist/index.js";
import { compareCell } from "./compare-cell.js";
import { cellOf, cellSettings, storeOf } from "./test-cell.js";

// Makes each server of the tests' own process the active node of a cell, as the command does. When it is closed, its folder
// is compared with its logs, unless a test has damaged it.

interface Parts {
  readonly database: EmbeddedDatabase;
  options: ApiServerOptions;
}

const damaged = new Set<string>();

const startHost = EngineHost.start.bind(EngineHost);
EngineHost.start = (options: EngineHostOptions) => {
  const onEvent: EngineHostOptions["onEvent"] = (event) => {
    if (event.kind === "recovery") damaged.add(options.dataDir);
    options.onEvent?.(event);
  };
  return startHost({ ...options, onEvent });
};

const listen = ApiServer.prototype.listen;
ApiServer.prototype.listen = async function (this: ApiServer): Promise<RunningServer> {
  const parts = this as unknown as Parts;
  // Other hosts have no logs.
  if (parts.options.cell || parts.options.databaseHosts) return listen.call(this);
  const { dataDir } = parts.database;
  let running: RunningServer | null = null;
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  let ended = Promise.resolve();
  await new Promise<void>((listens, fails) => {
    ended = startInCell(config(dataDir), left, async (cell: CellPart) => {
      parts.options = { ...parts.options, cell };
      running = await listen.call(this);
      listens();
      await left;
      await running.close();
    });
    ended.catch(fails);
  });
  return closing(running!, async () => {
    leave();
    await ended;
    if (!damaged.has(dataDir) && existsSync(dataDir)) await compareCell(storeOf(dataDir), cellOf(dataDir), dataDir);
  });
};

function config(dataDir: string) {
  return loadConfig({
    ...cellSettings(dataDir),
    HELIOSDB_DATA_DIR: dataDir,
    HELIOSDB_API_PORT: "0",
    HELIOSDB_LOG_LEVEL: "silent",
  });
}

function closing(running: RunningServer, close: () => Promise<void>): RunningServer {
  let closed: Promise<void> | null = null;
  return {
    get url() {
      return running.url;
    },
    get certificate() {
      return running.certificate;
    },
    adminKey: running.adminKey,
    drain: () => running.drain(),
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}
