export const FORMATS = ["table", "json", "ndjson", "csv", "yaml"] as const;
export type Format = (typeof FORMATS)[number];
