export interface WriteCounters {
  operations: number;
  groups: number;
  grouped: number;
  largestGroup: number;
  /** Groups by size: the number of groups with at most as many operations as GROUP_SIZES has at the same index. */
  readonly groupSizes: number[];
  timeouts: number;
  /** Processes ended because an operation passed its deadline. */
  kills: number;
  rerun: number;
  clones: number;
}

/** The classes by which sizes of groups are counted. A group is never larger than the last. */
export const GROUP_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const;

/** Where in GROUP_SIZES a size is counted. */
export function sizeClass(size: number): number {
  return Math.ceil(Math.log2(size));
}
