import type { BranchMetadata, BranchRef } from "./branches.js";
import type { PointInTime } from "./point.js";

export interface ExportRequest {
  readonly branch: BranchRef;
  /** Default now. */
  readonly at?: PointInTime;
}

/** A plain SQLite file with the tables of one state and nothing of the engine's. Read it to its end, or close it. */
export interface ExportedFile {
  readonly sizeBytes: number;
  readonly scn: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Makes a branch of a SQLite file. With `from` the file was made from that state, and has been changed since: the branch
 * forks from there, and one commit brings what differs. Otherwise the branch shares no history with the others.
 */
export interface ImportRequest {
  readonly name: string;
  readonly from?: { readonly branch: BranchRef; readonly at?: PointInTime };
  readonly displayName?: string | null;
  readonly metadata?: BranchMetadata;
  /** Microseconds since 1970; null for never. */
  readonly expiresAt?: number | null;
  readonly author: string;
  readonly message?: string;
}

/** A copy of everything that the host keeps, as it stood between two commits of each database. */
export interface BackupInfo {
  readonly name: string;
  /** Where it lies, for an operator to read. */
  readonly location: string;
  /** Seconds since 1970: when it was begun. */
  readonly createdAt: number;
  readonly databases: number;
  readonly files: number;
  readonly bytes: number;
}
