/** The dialects of the two documents; see the presenters. */
export const DIALECTS = ["lite", "spec"] as const;
export type Dialect = (typeof DIALECTS)[number];
