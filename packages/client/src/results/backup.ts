import type { components } from "../generated/schema.js";
import { dateOf } from "./times.js";

/** A copy of a server's whole data folder. */
export interface Backup {
  readonly name: string;
  /** The folder on the server's machine. */
  readonly path: string;
  readonly createdAt: Date;
  readonly databases: number;
  readonly files: number;
  readonly sizeBytes: number;
}

export function backupOf(wire: components["schemas"]["Backup"]): Backup {
  return {
    name: wire.name,
    path: wire.path,
    createdAt: dateOf(wire.created_at),
    databases: wire.databases,
    files: wire.files,
    sizeBytes: wire.size_bytes,
  };
}
