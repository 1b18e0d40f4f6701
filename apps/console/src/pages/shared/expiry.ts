const DAY = 86_400;

/** Seconds, as they are offered for the end of a key. */
export const EXPIRIES: readonly (readonly [seconds: number, label: string])[] = [
  [DAY, "1 day"],
  [7 * DAY, "7 days"],
  [30 * DAY, "30 days"],
  [90 * DAY, "90 days"],
  [365 * DAY, "1 year"],
];

/** For how long an old secret stays valid beside a new one. */
export const GRACES: readonly (readonly [seconds: number, label: string])[] = [
  [0, "Not at all"],
  [3600, "1 hour"],
  [DAY, "1 day"],
  [7 * DAY, "7 days"],
];
