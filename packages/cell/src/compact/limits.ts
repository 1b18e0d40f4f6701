const MIB = 1024 * 1024;

/** When a log is compacted, and with how much memory. */
export interface CompactionLimits {
  /** Time between two looks at the logs, in ms. */
  readonly lookMs: number;
  /**
   * The newest entries of so many bytes stay out of the base: for standbys that are a little behind, and because a folder
   * can be made as of any moment after the base.
   */
  readonly keepBytes: number;
  /** A log that is no longer than this beside what is kept stays as it is, in bytes. */
  readonly logBytes: number;
  /** Nor does one that is no longer than this part of its base. */
  readonly partOfBase: number;
  /** Bytes of entries that are folded in one transaction, which stores each chunk that they change once. */
  readonly batchBytes: number;
  /** Bytes of entries that are read at once. */
  readonly readBytes: number;
  /** Changed bytes in memory. When they are more, the store keeps them for the rest of the transaction. */
  readonly cacheBytes: number;
}

export const COMPACTION: CompactionLimits = {
  lookMs: 10_000,
  keepBytes: 256 * MIB,
  logBytes: 64 * MIB,
  partOfBase: 1 / 4,
  batchBytes: 256 * MIB,
  readBytes: 4 * MIB,
  cacheBytes: 64 * MIB,
};
