/** Bytes of the longest row that a table of a short read may have. */
export const LONGEST_ROW = 256 * 1024;
