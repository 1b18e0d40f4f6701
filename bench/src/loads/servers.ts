import type { RunningServer } from "../http/server-process.js";
import { startHelios, startLibrary, startRqlite } from "../http/servers.js";
import type { LoadRequest } from "../http/wrk-script.js";
import type { LoadName } from "../support/loads.js";
import { POINT } from "../support/users-table.js";
import { BATCH_SIZE, BULK, BULK_ROWS, LATER, PAGE, RANGE, SETUP, VALUES, WIDE, WRITE } from "./tables.js";

/** A server with the tables of the loads in it. */
export interface Prepared {
  readonly server: RunningServer;
  /** The requests of each load that it can be given. */
  readonly requests: Readonly<Partial<Record<LoadName, readonly LoadRequest[]>>>;
}

/** How each server that takes part is started, by the name that it has in tables. */
export const SERVERS: Readonly<Record<string, (folder: string) => Promise<Prepared>>> = {
  HeliosDB: (folder) => helios(folder, 0),
  "HeliosDB, 2 fronts": (folder) => helios(folder, 2),
  rqlite,
  "better-sqlite3 in node:http": (folder) => library("better-sqlite3", folder),
  "DoltLite in node:http": (folder) => library("@dolthub/doltlite", folder),
};

const POINTS = 1000;
const keys = Array.from({ length: POINTS }, (_, index) => 1 + ((index * 7919) % 9_900));

async function helios(folder: string, fronts: number): Promise<Prepared> {
  const server = await startHelios(folder, fronts);
  const at = "/v1/branches/main";
  for (const sql of SETUP) await server.post(`${at}/execute`, { sql });
  const { scn } = JSON.parse(await server.post(`${at}/execute`, { sql: LATER[0]! })) as { readonly scn: number };
  for (const sql of LATER.slice(1)) await server.post(`${at}/execute`, { sql });
  const insert = { sql: WRITE, params: VALUES };
  const point = keys.map((id) => post(`${at}/query`, { sql: POINT, params: [id] }));
  const write = [post(`${at}/execute`, insert)];
  const requests = {
    point,
    range: keys.map((id) => post(`${at}/query`, { sql: RANGE, params: [id] })),
    page: [{ method: "GET" as const, path: `${at}/tables/users/data?limit=50`, body: "" }],
    past: keys.map((id) => post(`${at}/query`, { sql: POINT, params: [id], as_of: `scn:${scn}` })),
    write,
    batch: [post(`${at}/batch`, { statements: Array(BATCH_SIZE).fill(insert) })],
    mixed: mixed(point, write),
    bulk: [post(`${at}/execute`, { sql: BULK, params: [BULK_ROWS] })],
    wide: [post(`${at}/query`, { sql: WIDE })],
    stream: [{ ...post(`${at}/query`, { sql: WIDE }), accept: "application/x-ndjson; dialect=lite" }],
  };
  return { server, requests };
}

async function rqlite(folder: string): Promise<Prepared> {
  const server = await startRqlite(folder);
  for (const sql of [...SETUP, ...LATER]) await server.post("/db/execute", [sql]);
  const read = (...statement: readonly unknown[]) => post("/db/query?level=none", [statement]);
  const insert = [WRITE, ...VALUES];
  const point = keys.map((id) => read(POINT, id));
  const write = [post("/db/execute", [insert])];
  const requests = {
    point,
    range: keys.map((id) => read(RANGE, id)),
    page: [read(PAGE)],
    write,
    batch: [post("/db/execute?transaction", Array(BATCH_SIZE).fill(insert))],
    mixed: mixed(point, write),
    bulk: [post("/db/execute", [[BULK, BULK_ROWS]])],
    wide: [read(WIDE)],
  };
  return { server, requests };
}

async function library(name: "better-sqlite3" | "@dolthub/doltlite", folder: string): Promise<Prepared> {
  const server = await startLibrary(name, folder);
  for (const sql of [...SETUP, ...LATER]) await server.post("/execute", { sql });
  const read = (sql: string, ...params: readonly unknown[]) => post("/query", { sql, params });
  const insert = { sql: WRITE, params: VALUES };
  const point = keys.map((id) => read(POINT, id));
  const write = [post("/execute", insert)];
  const requests = {
    point,
    range: keys.map((id) => read(RANGE, id)),
    page: [read(PAGE)],
    write,
    batch: [post("/batch", Array(BATCH_SIZE).fill(insert))],
    mixed: mixed(point, write),
    bulk: [post("/execute", { sql: BULK, params: [BULK_ROWS] })],
    wide: [read(WIDE)],
  };
  return { server, requests };
}

function post(path: string, body: unknown): LoadRequest {
  return { method: "POST", path, body: JSON.stringify(body) };
}

function mixed(reads: readonly LoadRequest[], writes: readonly LoadRequest[]): LoadRequest[] {
  return reads.flatMap((read, index) => (index % 9 === 8 ? [read, writes[0]!] : [read]));
}
