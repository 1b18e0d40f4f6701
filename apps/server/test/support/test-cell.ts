import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { STORE_PORTS } from "../../../../packages/engine-host/test/support/store-for-hosts.js";

/** Whether each server of the tests is the active node of a cell. */
export const IN_CELL = process.env[STORE_PORTS] !== undefined;

/** The settings that make a server on this data folder a node of a cell of its own, or none without a store. */
export function cellSettings(dataDir: string): Record<string, string> {
  const ports = process.env[STORE_PORTS]?.split(",");
  if (ports === undefined) return {};
  return {
    HELIOSDB_STORE_URLS: ports.map((port) => `postgres://postgres@127.0.0.1:${port}/postgres`).join(","),
    HELIOSDB_CELL: cellOf(dataDir),
    HELIOSDB_NODE: "node",
    // Nobody takes it over, and the machine may be busy.
    HELIOSDB_LEASE_MS: "120000",
  };
}

/** A folder's cell is the same at each start. */
export function cellOf(dataDir: string): string {
  return createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, 32);
}
