import { stringify } from "csv-stringify/sync";
import type { Value } from "./table.js";

/** An empty text is quoted. */
const OPTIONS = { quoted_match: /^$/, cast: { boolean: String } };

/** RFC 4180 with line feeds. NULL is an empty field, an empty text is `""`, to distinguish them. */
export function formatCsv(columns: readonly string[], rows: readonly (readonly Value[])[]): string {
  return csvLines([columns, ...rows]);
}

export function csvLine(values: readonly Value[]): string {
  return csvLines([values]);
}

function csvLines(rows: readonly (readonly Value[])[]): string {
  return stringify(rows as Value[][], OPTIONS);
}
