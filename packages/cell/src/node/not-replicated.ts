/** Why nobody may rely on a store, as the end of a sentence about it. */
export const NOT_REPLICATED =
  "its commits don't wait for a standby (synchronous_standby_names is empty, or synchronous_commit is not on)";
