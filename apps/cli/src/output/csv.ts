import type { Value } from "./table.js";

/** RFC 4180 with line feeds. NULL is an empty field, an empty text is `""`, to distinguish them. */
export function formatCsv(columns: readonly string[], rows: readonly (readonly Value[])[]): string {
  return [columns, ...rows].map(csvLine).join("");
}

export function csvLine(values: readonly Value[]): string {
  return `${values.map(field).join(",")}\n`;
}

function field(value: Value): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
