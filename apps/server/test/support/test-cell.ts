import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { STORE_PORTS } from "../../../../packages/engine-host/test/support/store-for-hosts.js";
import { PROGRAMS } from "../../../../packages/store/test/support/postgres.js";
import { TestStore } from "../../../../packages/store/test/support/test-store.js";

/** Whether each server of the tests is the active node of a cell. */
export const IN_CELL = process.env[STORE_PORTS] !== undefined;

/** Databases of PostgreSQL that were made here, by data folder. */
const made = new Map<string, string>();

/** The settings that make a server on this data folder a node of a cell of its own, or none without a store. */
export function cellSettings(dataDir: string): Record<string, string> {
  if (!IN_CELL) return {};
  const cell = cellOf(dataDir);
  ensureDatabase(dataDir, cell);
  return {
    HELIOSDB_STORE_URLS: ports()
      .map((port) => `postgres://postgres@127.0.0.1:${port}/${cell}`)
      .join(","),
    HELIOSDB_CELL: cell,
    HELIOSDB_NODE: "node",
    // Nobody takes it over, and the machine may be busy.
    HELIOSDB_LEASE_MS: "120000",
  };
}

/** A folder's cell is the same at each start. */
export function cellOf(dataDir: string): string {
  return `c${createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, 31)}`;
}

/** The store of a folder's cell. */
export function storeOf(dataDir: string): TestStore {
  const [primary, standby] = ports();
  return TestStore.at(primary!, standby!, cellOf(dataDir));
}

/** Cells of one store share the names of their tenants, and many tests have a tenant of the same name. */
function ensureDatabase(dataDir: string, cell: string): void {
  if (made.has(dataDir)) return;
  for (const [folder, database] of made) {
    if (existsSync(folder)) continue;
    made.delete(folder);
    psql(`DROP DATABASE ${database} WITH (FORCE)`);
  }
  if (psql(`SELECT 1 FROM pg_database WHERE datname = '${cell}'`) === "") psql(`CREATE DATABASE ${cell}`);
  made.set(dataDir, cell);
}

function psql(sql: string): string {
  const args = ["--no-psqlrc", "--tuples-only", "--no-align", "--command", sql];
  const url = `postgres://postgres@127.0.0.1:${ports()[0]}/postgres`;
  return execFileSync(join(PROGRAMS!, "psql"), [...args, url], { encoding: "utf8", stdio: "pipe" }).trim();
}

function ports(): number[] {
  return process.env[STORE_PORTS]!.split(",").map(Number);
}
