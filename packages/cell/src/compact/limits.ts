const MIB = 1024 * 1024;

/** When a log is compacted, and with how much memory. */
export interface CompactionLimits {
  /** Time between two looks at the logs, in ms. */
  readonly lookMs: number;
  /** A log that is no longer than this since its base stays as it is, in bytes. */
  readonly logBytes: number;
  /** Nor does one that is no longer than this part of its base. */
  readonly partOfBase: number;
  /** Bytes of entries that stay behind the base, for standbys that are a little behind. */
  readonly keepBytes: number;
  /** Bytes of entries that are folded in one transaction, which stores each chunk that they change once. */
  readonly batchBytes: number;
  /** Bytes of entries that are read at once. */
  readonly readBytes: number;
  /** Changed bytes in memory. When they are more, the store keeps them for the rest of the transaction. */
  readonly cacheBytes: number;
}

export const COMPACTION: CompactionLimits = {
  lookMs: 10_000,
  logBytes: 64 * MIB,
  partOfBase: 1 / 4,
  keepBytes: 64 * MIB,
  batchBytes: 256 * MIB,
  readBytes: 4 * MIB,
  cacheBytes: 64 * MIB,
};
