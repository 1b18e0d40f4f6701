/** A branch as meta.db records it: a public name and id, and its current timeline. */
export interface BranchRecord {
  readonly id: string;
  readonly name: string;
  /** Id of the branch that it was made from; null for main. */
  readonly parent: string | null;
  /** The current timeline. */
  readonly timeline: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly readOnly: boolean;
  readonly isolated: boolean;
  readonly isProtected: boolean;
  readonly displayName: string | null;
  /** JSON text. */
  readonly metadata: string;
  readonly expiresAt: number | null;
  readonly deletedAt: number | null;
  /** Set when its files have been removed: it can't be undeleted. */
  readonly purgedAt: number | null;
  /** SCN of its head when it was last merged. It counts as merged until its next commit. */
  readonly mergedScn: number | null;
}

/**
 * One line of commits, with its own file from its first write on. A branch has one, and another after each reset:
 * earlier states of the branch stay readable on the earlier one. Until it is written, it is only a name for (origin,
 * fork).
 */
export interface TimelineRecord {
  /** The id that its commits carry, and the name of its file. */
  readonly id: string;
  readonly branch: string;
  /**
   * The timeline with a file that it forks from. Null for the very first one, and for that of a branch that follows its
   * parent's head.
   */
  readonly origin: string | null;
  /** Null while it follows its parent. */
  readonly fork: number | null;
  readonly forkAt: number;
  readonly materialised: boolean;
  /** The SCN and time from which it is the branch's timeline; 0 for a branch's first. */
  readonly since: number;
  readonly sinceAt: number;
  /** Author and reason of the reset that began it. */
  readonly author: string | null;
  readonly message: string | null;
  /** Set when its file has been removed. */
  readonly purgedAt: number | null;
}

/** A snapshot, by the timeline and SCN that it belongs to. */
export interface SnapshotRecord {
  readonly branch: string;
  readonly timeline: string;
  readonly scn: number;
  readonly ts: number;
  readonly createdAt: number;
  readonly automatic: boolean;
  readonly name: string | null;
  readonly description: string | null;
  readonly author: string;
  readonly tables: number;
  readonly rows: number;
  readonly sizeBytes: number;
  /** It has its own file, because the history that it could be read from is gone. */
  readonly filed: boolean;
}
