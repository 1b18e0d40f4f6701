import { oneLine } from "./printable.js";

export type Value = null | undefined | boolean | number | string | readonly Value[];

/** A table for people: numbers aligned to the right, NULL for missing values. */
export function formatTable(columns: readonly string[], rows: readonly (readonly Value[])[]): string {
  const { head, lines } = tableFormat(columns, rows);
  return head + lines(rows);
}

/** The format of a table whose rows arrive one by one: its columns are as wide as the first rows need. */
export function tableFormat(columns: readonly string[], first: readonly (readonly Value[])[]) {
  const widths = columns.map((name, index) =>
    first.reduce((widest, row) => Math.max(widest, width(cellText(row[index]))), width(oneLine(name))),
  );
  const numeric = columns.map((_, index) => {
    const values = first.map((row) => row[index]).filter((value) => value !== null && value !== undefined);
    return values.length > 0 && values.every((value) => typeof value === "number");
  });
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => {
        const fill = " ".repeat(Math.max(0, (widths[index] ?? 0) - width(text)));
        return numeric[index] ? fill + text : text + fill;
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((size) => "-".repeat(size)).join("  ");
  return {
    head: `${line(columns.map(oneLine))}\n${rule}\n`,
    lines: (rows: readonly (readonly Value[])[]) => rows.map((row) => `${line(row.map(cellText))}\n`).join(""),
  };
}

function cellText(value: Value): string {
  if (value === null || value === undefined) return "NULL";
  return oneLine(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/** Characters, not UTF-16 units. Wide characters count as one, since terminals differ on them. */
function width(text: string): number {
  return [...text].length;
}
