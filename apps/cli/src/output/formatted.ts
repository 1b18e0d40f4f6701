import { formatCsv } from "./csv.js";
import type { Format } from "./format.js";
import { formatTable, type TableLook, type Value } from "./table.js";
import { yamlText } from "./yaml.js";

export interface Content {
  /** As JSON and YAML show it. */
  readonly whole: unknown;
  /** Its items, a line each as NDJSON. */
  readonly items: readonly unknown[];
  /** As tables and CSV show it. */
  readonly columns: readonly string[];
  readonly grid: readonly (readonly Value[])[];
}

/** Rows by column, the same in every format. */
export function rowsContent(columns: readonly string[], rows: readonly Readonly<Record<string, Value>>[]): Content {
  return { whole: rows, items: rows, columns, grid: rows.map((row) => columns.map((column) => row[column])) };
}

export function formatted(format: Format, { whole, items, columns, grid }: Content, look: TableLook): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(whole, null, 2)}\n`;
    case "yaml":
      return yamlText(whole);
    case "ndjson":
      return items.map((item) => `${JSON.stringify(item)}\n`).join("");
    case "csv":
      return formatCsv(columns, grid);
    case "table":
      return formatTable(columns, grid, look);
  }
}
