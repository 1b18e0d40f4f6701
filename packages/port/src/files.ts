import type { BranchMetadata, BranchRef } from "./branches.js";
import type { PointInTime } from "./point.js";

export interface ExportRequest {
  readonly branch: BranchRef;
  /** Default now. */
  readonly at?: PointInTime;
}

/** A plain SQLite file with the tables of one state and none of the engine's. Read it to its end, or close it. */
export interface ExportedFile {
  readonly sizeBytes: number;
  readonly scn: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Imports a SQLite file as a branch. With `from`, the file was made from that state and has been changed since: the
 * branch forks from there, and one commit brings the differences. Otherwise the branch shares no history with the
 * others.
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

/** A copy of all of the host's data; each database is copied as it was between two of its commits. */
export interface BackupInfo {
  readonly name: string;
  /** Its location, only for display to an operator. */
  readonly location: string;
  /** Seconds since 1970, when the backup began. */
  readonly createdAt: number;
  readonly databases: number;
  readonly files: number;
  readonly bytes: number;
}
