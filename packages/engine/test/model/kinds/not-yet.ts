/** Widenings that wait for a fix; each goes when its fix is here. */
export const NOT_YET = {
  /** `AS OF` reads the timeline of now at a moment when another was in force. */
  asOfBeforeReset: true,
};
