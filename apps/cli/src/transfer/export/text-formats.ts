import { csvText } from "../values/csv-text.js";
import { type Exact, hexOf, Real } from "../values/exact.js";
import { jsonObjectText } from "../values/json-text.js";

/** Rows as text: a beginning, rows, and an end. */
export interface TextFormat {
  readonly begin: string;
  /** @param isFirst whether these are the first rows */
  rows(rows: readonly (readonly Exact[])[], isFirst: boolean): string;
  readonly end: string;
}

export function csvFormat(columns: readonly string[], delimiter: string, nullText: string): TextFormat {
  const text = csvText({ delimiter, nullText });
  return { begin: text([columns]), rows: (rows) => text(rows.map((row) => row.map(fieldOf))), end: "" };
}

/** Blobs as PostgreSQL writes them. */
function fieldOf(value: Exact): null | boolean | number | bigint | string {
  if (value instanceof Real) return value.toString();
  return value instanceof Uint8Array ? `\\x${hexOf(value)}` : value;
}

export function jsonFormat(columns: readonly string[]): TextFormat {
  const text = jsonObjectText(columns);
  return {
    begin: "[",
    rows: (rows, isFirst) => rows.map((row, index) => `${isFirst && index === 0 ? "" : ","}\n${text(row)}`).join(""),
    end: "\n]\n",
  };
}

export function ndjsonFormat(columns: readonly string[]): TextFormat {
  const text = jsonObjectText(columns);
  return { begin: "", rows: (rows) => rows.map((row) => `${text(row)}\n`).join(""), end: "" };
}

export function markdownFormat(columns: readonly string[]): TextFormat {
  const line = (texts: readonly string[]) => `| ${texts.join(" | ")} |\n`;
  return {
    begin: line(columns.map(cell)) + line(columns.map(() => "---")),
    rows: (rows) => rows.map((row) => line(row.map((value) => cell(String(fieldOf(value) ?? ""))))).join(""),
    end: "",
  };
}

function cell(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("|", "\\|")
    .replaceAll("<", "&lt;")
    .replace(/\r\n|[\r\n]/g, "<br>");
}
