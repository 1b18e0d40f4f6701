import { oneLine } from "./printable.js";
import { style } from "./style.js";
import type { Value } from "./table.js";
import { textWidth } from "./text-width.js";

/** Rows as blocks of a line for each column, for rows that are too wide for a table. */
export function recordLines(columns: readonly string[], rows: readonly (readonly Value[])[]): string {
  const width = Math.max(0, ...columns.map(textWidth));
  const block = (row: readonly Value[], index: number) => [
    style.faint(`-[ ${index + 1} ]${"-".repeat(Math.max(1, width))}`),
    ...columns.map((column, i) => {
      const fill = " ".repeat(width - textWidth(column));
      return `${style.heading(column)}${fill} | ${valueText(row[i])}`;
    }),
  ];
  return rows.map((row, index) => `${block(row, index).join("\n")}\n`).join("");
}

function valueText(value: Value): string {
  if (value === null || value === undefined) return style.faint("NULL");
  return oneLine(typeof value === "object" ? JSON.stringify(value) : String(value));
}
