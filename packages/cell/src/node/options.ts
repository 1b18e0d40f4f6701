import type { CompactionLimits } from "../compact/limits.js";
import type { Lease } from "../lease/lease.js";

export interface CellNodeOptions {
  /** Addresses of the store's servers (`postgres://…`). The tables must be there. */
  readonly urls: readonly string[];
  readonly cell: string;
  /** Name of this node. */
  readonly node: string;
  /** Where other nodes reach it; null if they don't. */
  readonly url: string | null;
  /** The data folder, which no other process may use meanwhile. */
  readonly dataDir: string;
  readonly leaseMs: number;
  /** Serve only where the store's commits wait for a standby. Default: wherever the store is. */
  readonly needsReplication?: boolean;
  /** Called once, when another node has taken the cell from this one: its process must end, and may answer nothing. */
  onFenced(): void;
  /** Called once, when this node serves and is asked to leave the cell to another one, as by `stop`. */
  onAskedToLeave?(): void;
  /** When the logs are compacted while this node is active. */
  readonly compaction?: Partial<CompactionLimits>;
  onEvent?(text: string): void;
}

/** What an active node may do, and until when. */
export interface Serving {
  readonly epoch: number;
  /** To be asked before each answer. */
  readonly lease: Lease;
  /** False until the logs have all that the first node had when it began the cell: see `CellNode.makeWhole`. */
  readonly isWhole: boolean;
}
