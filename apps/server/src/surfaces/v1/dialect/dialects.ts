/** The two documents' ways of saying the same thing; see the presenters. */
export const DIALECTS = ["lite", "spec"] as const;
export type Dialect = (typeof DIALECTS)[number];
