import { extname } from "node:path";
import { UsageError } from "../../errors/exit-codes.js";

export const IMPORT_FORMATS = ["csv", "tsv", "json", "ndjson", "sql", "sqlite"] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];
export const EXPORT_FORMATS = [...IMPORT_FORMATS, "markdown"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const BY_EXTENSION: Readonly<Record<string, ExportFormat>> = {
  ".csv": "csv",
  ".tsv": "tsv",
  ".tab": "tsv",
  ".json": "json",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".sql": "sql",
  ".sqlite": "sqlite",
  ".sqlite3": "sqlite",
  ".db": "sqlite",
  ".md": "markdown",
};

/** The format that was given, or that of the file's extension. */
export function formatOf<F extends ExportFormat>(formats: readonly F[], given: F | undefined, file: string): F {
  const format = given ?? BY_EXTENSION[extname(file).toLowerCase()];
  if (formats.includes(format as F)) return format as F;
  const what = file === "-" ? "stdin and stdout have no extension" : `${file} has none of the known extensions`;
  throw new UsageError(`Add --format with one of ${formats.join(", ")}: ${what}.`);
}
