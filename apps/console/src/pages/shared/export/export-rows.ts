import type { Row } from "@heliosdb/client";

export const FORMATS = ["CSV", "JSON", "NDJSON"] as const;
export type Format = (typeof FORMATS)[number];

/** Rows in the order in which they arrive. */
export interface RowSource extends AsyncIterable<Row> {
  readonly columns: readonly string[];
}

const TYPES: { readonly [F in Format]: string } = {
  CSV: "text/csv",
  JSON: "application/json",
  NDJSON: "application/x-ndjson",
};
/** Characters that are put together before they are handed to the browser, which keeps them on disk. */
const PART = 1 << 20;
const TOLD_EVERY = 1000;

/** All rows, however many, as a file. */
export async function exportRows(source: RowSource, format: Format, onRows: (rows: number) => void): Promise<Blob> {
  const { columns } = source;
  const parts: Blob[] = [];
  let text = heading(format, columns);
  let count = 0;
  for await (const row of source) {
    text += line(format, columns, row, count);
    count++;
    if (count % TOLD_EVERY === 0) onRows(count);
    if (text.length > PART) {
      parts.push(new Blob([text]));
      text = "";
    }
  }
  if (format === "JSON") text += count === 0 ? "]\n" : "\n]\n";
  return new Blob([...parts, text], { type: TYPES[format] });
}

export function heading(format: Format, columns: readonly string[]): string {
  if (format === "CSV") return `${columns.map(csvField).join(",")}\r\n`;
  return format === "JSON" ? "[" : "";
}

export function line(format: Format, columns: readonly string[], row: Row, index: number): string {
  if (format === "CSV") return `${columns.map((column) => csvField(row[column])).join(",")}\r\n`;
  const text = JSON.stringify(row);
  return format === "NDJSON" ? `${text}\n` : `${index === 0 ? "\n" : ",\n"}${text}`;
}

/** As RFC 4180 has it. NULL is an empty field, an empty text a quoted one. */
export function csvField(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text === "" || /[",\r\n]/.test(text) || /^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
