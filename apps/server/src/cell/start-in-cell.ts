import { randomUUID } from "node:crypto";
import type { CellNode, Connections, Serving } from "@heliosdb/cell";
import { type FolderLock, LogFigures, lockFolder } from "@heliosdb/engine-host";
import { type DatabasePort, HeliosError } from "@heliosdb/port";
import type { Logger } from "pino";
import type { Config } from "../config/options.js";
import type { CellPart } from "../embedding/cell-part.js";
import { loadFramework } from "../embedding/framework.js";
import { createLogger } from "../logging/logger.js";
import { LiveCertificate } from "../tls/live-certificate.js";
import { makeDataFolder } from "../util/data-folder.js";
import { Leader } from "./leader.js";
import { ManyCells } from "./many/many-cells.js";
import { OwnLog } from "./own-log.js";
import { StandbyServer } from "./standby-server.js";

/** Another node serves the cell, or is to: a supervisor starts this one again, as a standby. EX_TEMPFAIL. */
export const FENCED = 75;

/** Runs a node of a cell: a standby, and then the active node, until the signal, or until another node is to serve. */
export async function startInCell(
  config: Config,
  signal: Promise<void>,
  serve: (cell: CellPart, signal: Promise<void>) => Promise<void>,
): Promise<void> {
  const { dataDir, storeUrls, cell, node: name, nodeUrl, leaseMs, storeDurability, storeLog } = config;
  const log = createLogger(config.logLevel);
  const { CellNode, prepareStore } = await import("@heliosdb/cell");
  const tls = config.tlsCert && config.tlsKey ? { cert: config.tlsCert, key: config.tlsKey } : null;
  // Before anything else: a server that can't listen must not take the cell.
  const certificate = tls ? await LiveCertificate.open(tls, log) : null;
  let lock: FolderLock | null = null;
  let isLeaving = false;
  let leave = () => {};
  const asked = new Promise<void>((resolve) => {
    leave = resolve;
  });
  try {
    makeDataFolder(dataDir);
    lock = await lockFolder(dataDir);
    await prepareStore(storeUrls);
    const node = await CellNode.join({
      ...{ urls: storeUrls, cell, node: name, url: nodeUrl, dataDir, leaseMs },
      needsReplication: storeDurability === "synchronous",
      compaction: { keepBytes: storeLog },
      onFenced: () => end(log, "another node serves the cell"),
      onAskedToLeave: () => {
        isLeaving = true;
        leave();
      },
      onEvent: (text) => log.warn({ cell, node: name }, text),
    });
    try {
      const ended = Promise.race([signal, asked]);
      await run(config, log, lock, node, certificate, ended, (part) => serve(part, ended));
    } finally {
      await node.stop();
    }
    if (isLeaving) process.exitCode = FENCED;
  } finally {
    lock?.release();
    certificate?.close();
  }
}

async function run(
  config: Config,
  log: Logger,
  lock: FolderLock,
  node: CellNode,
  tls: LiveCertificate | null,
  signal: Promise<void>,
  serve: (cell: CellPart) => Promise<void>,
): Promise<void> {
  const { apiHost, apiPort, cell, node: name } = config;
  const leader = new Leader(`${cell}/${name}`, () => (node.leader?.node === name ? null : (node.leader?.url ?? null)));
  const standby = await StandbyServer.listen(apiHost, apiPort, {
    leader,
    state: () => ({ cell, node: name, leader: node.leader, behind: node.behind }),
    dialect: config.apiDialect,
    tls,
  });
  let closed: Promise<void> | null = null;
  const closeStandby = () => {
    closed ??= standby.close().finally(() => tls?.close());
    // Waited for at the end.
    closed.catch(() => {});
    return closed;
  };
  try {
    const host = apiHost.includes(":") ? `[${apiHost}]` : apiHost;
    console.log(
      `Node ${name} of the cell ${cell} listens on ${tls ? "https" : "http"}://${host}:${standby.port} as a standby`,
    );
    // Where it can't be loaded, the start of the server says so.
    loadFramework(config.surfaces, { dialect: config.apiDialect, publicPrefix: config.publicPrefix }).catch(() => {});
    const serving = await Promise.race([node.active, signal.then(() => null)]);
    if (serving === null) {
      console.log("Shutting down...");
      return;
    }
    const { Connections } = await import("@heliosdb/cell");
    const connections = new Connections(config.storeUrls, 1);
    const many = new ManyCells(config, serving.epoch, log);
    try {
      await serve(await partOf(config, log, lock, node, serving, connections, many, () => void closeStandby()));
    } finally {
      await many.close();
      await connections.close();
    }
  } finally {
    await closeStandby();
  }
}

async function partOf(
  { dataDir, storeUrls: urls, cell }: Config,
  log: Logger,
  lock: FolderLock,
  node: CellNode,
  { epoch, lease, isWhole }: Serving,
  connections: Connections,
  many: ManyCells,
  freeAddress: () => void,
): Promise<CellPart> {
  const { leftOpen, OwnFiles } = await import("@heliosdb/cell");
  // Before any of them is opened.
  const left = new Set(leftOpen(dataDir));
  const figures = new LogFigures();
  const added = (bytes: number, ms: number) => figures.added(bytes, ms);
  const files = await OwnFiles.open(connections, { cell, epoch, writer: randomUUID() }, dataDir, added);
  const catalogLog = new OwnLog(files, figures, (error) => end(log, "the log of the catalog can't be written", error));
  return {
    ...{ lock, catalogLog },
    store: { urls, cell, epoch },
    addSecrets: () => catalogLog.addSecrets(),
    mayAnswer: () => lease.isValid,
    leftMs: () => lease.leftMs,
    ownLog: () => catalogLog.metrics(),
    freeAddress,
    registry: many.directory,
    open: (parts) => many.start(parts),
    opened: async (tenants) => {
      if (!isWhole) {
        for (const { database } of tenants) await opened(database);
        await node.makeWhole();
      }
      // Nobody waits for it. A node that is stopped in order has closed all of them, and its folder can leave the cell.
      void openAgain(tenants.filter(({ id }) => left.has(id)));
    },
  };
}

/** Its log has all of it then, which is sent when it is first used, and may take longer than a query. */
async function opened(database: DatabasePort): Promise<void> {
  for (;;) {
    try {
      await database.query({ branch: "main", sql: "SELECT 1" });
      return;
    } catch (error) {
      if (!(error instanceof HeliosError) || error.code !== "QUERY_TIMEOUT") throw error;
    }
  }
}

/** Opens what the last process had open, one after the other. What can't be opened says so when somebody uses it. */
async function openAgain(tenants: readonly { readonly database: DatabasePort }[]): Promise<void> {
  for (const { database } of tenants) await opened(database).catch(() => {});
}

/** Nobody may be told anything any more. There is nothing to clean up: the next start makes the folder right. */
function end(log: Logger, reason: string, err?: unknown): void {
  log.fatal({ err }, `this node ends: ${reason}`);
  process.exit(FENCED);
}
