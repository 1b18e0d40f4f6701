export const FORMATS = ["table", "json", "csv"] as const;
export type Format = (typeof FORMATS)[number];
