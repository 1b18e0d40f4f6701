import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { rollForwardFiles } from "@heliosdb/journal";
import { Cell, type CellState, Connections, cellStatus, type Head, Stream } from "@heliosdb/store";
import { namesIn } from "../follow/follower.js";
import { Lease } from "../lease/lease.js";
import { NOT_REPLICATED } from "../node/not-replicated.js";
import { readState, stateFileOf } from "../node/state-file.js";
import { OWN_STREAM } from "../own/own-files.js";
import { CATALOG, SECRETS } from "../own/own-folder.js";
import { makeLog, makeLogOf } from "./folder-log.js";

export interface ImportOptions {
  readonly urls: readonly string[];
  readonly cell: string;
  /** The data folder of a server that doesn't run. The caller has its lock. */
  readonly dataDir: string;
  readonly leaseMs: number;
  /** Refuse a store whose commits don't wait for a standby. */
  readonly needsReplication: boolean;
  /** Ends it. What was sent is removed by the next import. */
  readonly signal: AbortSignal;
  /** A database has been sent, the one of this number of so many. */
  onSent?(name: string, number: number, count: number): void;
}

/** Who has the cell meanwhile. No node can have this name. */
const IMPORTER = "(import)";

/**
 * Makes a cell of a data folder, which stays as it is and is no part of the cell: its databases, its catalog and its
 * secrets become the first contents of the logs. Any node with an empty folder serves the cell then. One that was ended
 * in the middle is begun anew by the next one; no node takes the cell before it is whole.
 * @returns the number of databases
 */
export async function importCell(options: ImportOptions): Promise<number> {
  const { urls, cell: name, dataDir, leaseMs, needsReplication } = options;
  checkImport(dataDir);
  const connections = new Connections(urls, 2);
  // A lease must not end because an entry is on its way.
  const own = new Connections(urls, 1);
  const cell = new Cell(own, name);
  try {
    if (needsReplication && !(await cell.isReplicated())) {
      throw new Error(`the store can't be used: ${NOT_REPLICATED}`);
    }
    await cell.create();
    const found = await cell.look();
    await checkCell(urls, name, found, leaseMs);
    const boot = randomUUID();
    const epoch = await cell.claim(found.row, { node: IMPORTER, url: null, boot });
    if (epoch === null) throw new Error(`a node has just taken the cell ${name}`);
    const over = new AbortController();
    const lease = new Lease({
      leaseMs,
      renew: async () => (await cell.renew(epoch, boot)).isReplicated || !needsReplication,
      onFenced: () => over.abort(new Error(`another import has taken the cell ${name}`)),
    });
    try {
      const signal = AbortSignal.any([options.signal, over.signal]);
      const sent = await send(connections, { cell: name, epoch }, found.heads, options, signal);
      await cell.makeWhole(epoch, boot);
      return sent;
    } finally {
      await lease.stop();
      // Whole or not: then it may be begun anew at once.
      await cell.release(epoch, boot).catch(() => {});
    }
  } finally {
    await connections.close();
    await own.close();
  }
}

/** Makes the logs, in place of what an import has left that was ended. */
async function send(
  connections: Connections,
  { cell, epoch }: { readonly cell: string; readonly epoch: number },
  left: readonly Head[],
  { dataDir, onSent }: ImportOptions,
  signal: AbortSignal,
): Promise<number> {
  const keyOf = (name: string) => ({ cell, name, epoch, writer: randomUUID() });
  for (const { name } of left) await (await Stream.take(connections, keyOf(name), randomUUID(), signal)).drop();
  const databases = databasesIn(dataDir);
  for (const [i, name] of databases.entries()) {
    await makeLogOf(connections, keyOf(name), join(dataDir, "databases", name), signal);
    onSent?.(name, i + 1, databases.length);
  }
  await makeLog(connections, keyOf(OWN_STREAM), rollForwardFiles(dataDir, [CATALOG, ...SECRETS], new Set()), signal);
  return databases.length;
}

function databasesIn(dataDir: string): readonly string[] {
  const folder = join(dataDir, "databases");
  return namesIn(folder).filter((name) => existsSync(join(folder, name, "meta.db")));
}

/** Throws for a folder that is not a server's own. */
export function checkImport(dataDir: string): void {
  const state = readState(stateFileOf(dataDir));
  if (state !== null) throw new Error(`${dataDir} is the folder of a node of the cell ${state.cell}`);
  if (!existsSync(join(dataDir, CATALOG))) throw new Error(`${dataDir} is not a data folder: ${CATALOG} is missing`);
}

/** Throws unless nobody has served the cell, and nobody else imports to it just now. */
async function checkCell(urls: readonly string[], name: string, { row, heads }: CellState, leaseMs: number) {
  if (row.epoch === 0 && heads.length === 0) return;
  if (row.node !== IMPORTER || row.isWhole) {
    throw new Error(`there is a cell ${name} already, with databases of its own. Take another name (HELIOSDB_CELL).`);
  }
  const { active } = await cellStatus(urls, name);
  if (active !== null && active.renewedAgo * 1000 <= leaseMs) {
    throw new Error(
      `another import to the cell ${name} is under way, or has just been ended. Wait for ${leaseMs / 1000} s.`,
    );
  }
}
