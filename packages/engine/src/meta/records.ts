/** A branch as meta.db records it: a public name and id, and the timeline that it is at present. */
export interface BranchRecord {
  readonly id: string;
  readonly name: string;
  /** Id of the branch that it was made from; null for main. */
  readonly parent: string | null;
  /** The timeline in force. */
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
  /** Set when its files have been cleared away: it can't come back. */
  readonly purgedAt: number | null;
  /** SCN of its head when it was last merged; it counts as merged until its next commit. */
  readonly mergedScn: number | null;
}

/**
 * One line of commits, in a file of its own from its first write on. A branch has one, and another after each reset:
 * what the branch was before stays readable on the earlier one. Until it is written it is a name for (origin, fork).
 */
export interface TimelineRecord {
  /** The id that its own commits carry, and the name of its file. */
  readonly id: string;
  readonly branch: string;
  /**
   * The timeline with a file that it forks from. Null for the first one of all, and for that of a branch that follows
   * its parent's head.
   */
  readonly origin: string | null;
  /** Null while it follows. */
  readonly fork: number | null;
  readonly forkAt: number;
  readonly materialised: boolean;
  /** From this SCN and time on it is the branch's; 0 for a branch's first. */
  readonly since: number;
  readonly sinceAt: number;
  /** Of one that a reset began: by whom, and why. */
  readonly author: string | null;
  readonly message: string | null;
  /** Set when its file has been cleared away. */
  readonly purgedAt: number | null;
}

/** A state that is kept, by the timeline and SCN it belongs to. */
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
  /** It has a file of its own, because the history that it could be read from is gone. */
  readonly filed: boolean;
}
