import { fittedWidths, GAP } from "./column-widths.js";
import { oneLine } from "./printable.js";
import type { Style } from "./style.js";
import { cutText, textWidth, wrapText } from "./text-width.js";

export type Value = null | undefined | boolean | number | string | readonly Value[];

/** Ways to show cells for which a line has no room. */
export const FITS = ["cut", "wrap", "off"] as const;
export type Fit = (typeof FITS)[number];

export interface TableLook {
  readonly fit: Fit;
  /** Columns of a line; infinite where nothing is cut. */
  readonly room: number;
  readonly heading: Style;
  readonly missing: Style;
}

/** As in a file: nothing is cut or coloured. */
export const PLAIN: TableLook = {
  fit: "off",
  room: Number.POSITIVE_INFINITY,
  heading: (text) => text,
  missing: (text) => text,
};

/** A table for people: numbers aligned to the right, NULL for missing values. */
export function formatTable(
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  look: TableLook = PLAIN,
): string {
  const { head, lines } = tableFormat(columns, rows, look);
  return head + lines(rows);
}

/** The format of a table whose rows arrive one by one: its columns are as wide as the first rows need. */
export function tableFormat(columns: readonly string[], first: readonly (readonly Value[])[], look: TableLook = PLAIN) {
  const needed = columns.map((name, index) =>
    first.reduce((widest, row) => Math.max(widest, textWidth(cellText(row[index]))), textWidth(oneLine(name))),
  );
  const widths = look.fit === "off" ? needed : fittedWidths(needed, look.room);
  const numeric = columns.map((_, index) => {
    const values = first.map((row) => row[index]).filter((value) => value !== null && value !== undefined);
    return values.length > 0 && values.every((value) => typeof value === "number");
  });
  const aligned = (text: string, index: number) => {
    const fill = " ".repeat(Math.max(0, (widths[index] ?? 0) - textWidth(text)));
    return numeric[index] ? fill + text : text + fill;
  };
  const line = (texts: readonly string[], styled: (text: string, index: number) => string) =>
    linesOf(texts, widths, look.fit)
      .map((parts) => styledLine(parts.map(aligned), styled))
      .join("");
  const rule = widths.map((size) => "-".repeat(size)).join(" ".repeat(GAP));
  return {
    head: `${line(columns.map(oneLine), look.heading)}${rule}\n`,
    lines: (rows: readonly (readonly Value[])[]) =>
      rows
        .map((row) => line(row.map(cellText), (text, index) => (isMissing(row[index]) ? look.missing(text) : text)))
        .join(""),
  };
}

/** The lines that the cells of a row take: one, unless they are wrapped. */
function linesOf(texts: readonly string[], widths: readonly number[], fit: Fit): readonly (readonly string[])[] {
  if (fit === "off") return [texts];
  if (fit === "cut") return [texts.map((text, index) => cutText(text, widths[index] ?? 0))];
  const wrapped = texts.map((text, index) => wrapText(text, widths[index] ?? 0));
  const most = Math.max(1, ...wrapped.map((pieces) => pieces.length));
  return Array.from({ length: most }, (_, at) => wrapped.map((pieces) => pieces[at] ?? ""));
}

/** The spaces behind the last cell are left out, so that a line of full width is not broken by the terminal. */
function styledLine(cells: readonly string[], styled: (text: string, index: number) => string): string {
  const last = cells.findLastIndex((cell) => cell.trim() !== "");
  const kept = cells.slice(0, last + 1);
  const texts = kept.map((cell, index) => styled(index === last ? cell.trimEnd() : cell, index));
  return `${texts.join(" ".repeat(GAP))}\n`;
}

function isMissing(value: Value): boolean {
  return value === null || value === undefined;
}

function cellText(value: Value): string {
  if (value === null || value === undefined) return "NULL";
  return oneLine(typeof value === "object" ? JSON.stringify(value) : String(value));
}
