import type { components } from "../generated/schema.js";
import { dateOf } from "./times.js";

/** A state that is kept. */
export interface Snapshot {
  readonly id: string;
  readonly name: string | null;
  readonly description: string | null;
  /** `automatic`: made by the server before a restore or a reset, or once a day. */
  readonly type: "manual" | "automatic";
  readonly branch: string;
  /** The state that it keeps, and its time. */
  readonly scn: number;
  readonly timestamp: Date;
  readonly createdAt: Date;
  readonly author: string;
  readonly tables: number;
  readonly rows: number;
  readonly sizeBytes: number;
}

export function snapshotOf(wire: components["schemas"]["Snapshot"]): Snapshot {
  return {
    id: wire.id,
    name: wire.name,
    description: wire.description,
    type: wire.type,
    branch: wire.branch,
    scn: wire.scn,
    timestamp: dateOf(wire.timestamp),
    createdAt: dateOf(wire.created_at),
    author: wire.author,
    tables: wire.tables,
    rows: wire.rows,
    sizeBytes: wire.size_bytes,
  };
}
