import type { components } from "../generated/schema.js";
import { dateOf } from "./times.js";

export type BranchState = "Active" | "Merged" | "Deleted";

export interface Branch {
  readonly id: string;
  readonly name: string;
  /** Name of the parent; null for main. */
  readonly parent: string | null;
  readonly createdAt: Date;
  /** The second of the parent's commit that the branch forks from. */
  readonly forkedAt: Date;
  readonly updatedAt: Date;
  readonly state: BranchState;
  /** The newest commit that the branch sees. */
  readonly scn: number;
  readonly isDefault: boolean;
  readonly isProtected: boolean;
  readonly readOnly: boolean;
  /** False while the branch follows its parent's head. */
  readonly isolated: boolean;
  readonly stats: {
    /** Rows of all tables. */
    readonly rows: number;
    readonly sizeBytes: number;
    readonly lastModified: Date;
  };
}

export interface BranchList {
  readonly total: number;
  readonly branches: readonly Branch[];
}

export function branchOf(wire: components["schemas"]["Branch"]): Branch {
  return {
    id: wire.id,
    name: wire.name,
    parent: wire.parent,
    createdAt: dateOf(wire.created_at),
    forkedAt: dateOf(wire.snapshot_id),
    updatedAt: dateOf(wire.updated_at),
    state: wire.state,
    scn: wire.scn,
    isDefault: wire.is_default,
    isProtected: wire.is_protected,
    readOnly: wire.read_only,
    isolated: wire.isolated,
    stats: {
      rows: wire.stats.total_keys,
      sizeBytes: wire.stats.size_bytes,
      lastModified: dateOf(wire.stats.last_modified),
    },
  };
}
