import type { BranchRef } from "./branches.js";
import type { PointInTime } from "./point.js";
import type { Repeatable } from "./repeatable.js";

export interface SnapshotInfo {
  /** `snap_<scn in base 36>` */
  readonly id: string;
  readonly branch: { readonly id: string; readonly name: string };
  readonly scn: number;
  /** Time of the commit whose state it is. */
  readonly timestamp: number;
  readonly createdAt: number;
  readonly type: "manual" | "automatic";
  readonly name: string | null;
  readonly description: string | null;
  readonly author: string;
  readonly tables: number;
  readonly rows: number;
  /** Size of the branch's file when the snapshot was created. */
  readonly sizeBytes: number;
}

/** Keeps the state at a point in time until the snapshot is deleted, whatever retention removes. */
export interface CreateSnapshot extends Repeatable {
  readonly branch: BranchRef;
  /** Default now. */
  readonly at?: PointInTime;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly author: string;
}

export interface ListSnapshots {
  readonly branch: BranchRef;
}

export interface SnapshotRef extends Repeatable {
  readonly branch: BranchRef;
  /** Its id, or its name. */
  readonly snapshot: string;
}
