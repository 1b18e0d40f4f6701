/**
 * A file to be cloned. The plain-data part of a clone: a helper process does `copyFiles` and then `finishFile` with
 * it, since the process that has the source open must not touch that file other than through SQLite.
 */
export interface CloneJob {
  readonly id: number;
  /** The branch file to copy, with its write-ahead log. */
  readonly source: string;
  /** Whether the write-ahead log holds anything that is not in the file yet and must be copied with it. */
  readonly withLog: boolean;
  /** A temporary name beside the file that is to be. */
  readonly target: string;
  /** The state that the clone is to be rewound to. */
  readonly scn: number;
  /** Id of the branch whose file is copied: it can't be written between `prepare` and `copied`. */
  readonly locks: string;
  /**
   * `materialise`: the file of a timeline that is written for the first time. `copy`: a rewound copy to read from.
   * `snapshot`: a state that is kept beyond the history that leads to it. `export`: a plain SQLite file for a user.
   */
  readonly purpose: "materialise" | "copy" | "snapshot" | "export";
  /** Of a materialised timeline: its id, which its own commits carry. */
  readonly timeline: string | null;
}

/** A user's SQLite file on its way to become a branch. `adoptFile` turns it into a branch file where it lies. */
export interface ImportJob {
  readonly path: string;
  readonly timeline: string;
  /** Id of the database. */
  readonly database: string;
  /** The commit from which the branch forks: the first one of the database, unless the file was made from another. */
  readonly origin: { readonly timeline: string; readonly scn: number; readonly timestamp: number };
  /** A clone of the state that the file was made from, which takes over its changes; null where it becomes the branch. */
  readonly base: CloneJob | null;
  /** The commit that brings the file's contents. */
  readonly scn: number;
  readonly timestamp: number;
  readonly author: string;
  readonly message: string | null;
}

/** What one turn of maintenance did. */
export interface MaintenanceReport {
  /** More is waiting: call again soon. */
  readonly more: boolean;
  /** A state to be filed before its history can be removed; null where there is none. Run it as a clone, then call again. */
  readonly job: CloneJob | null;
  /** Milliseconds until the next branch expires; null where none is to. */
  readonly nextExpiryMs: number | null;
  readonly expired: number;
  readonly purged: number;
  readonly pruned: number;
}

/** Thrown by a reader when the past can only be read from a rewound copy that does not exist yet. */
export interface CopyRequest {
  /** The id of the branch file that holds the history. */
  readonly file: string;
  readonly scn: number;
}
