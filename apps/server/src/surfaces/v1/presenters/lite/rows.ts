import type { Cell } from "@heliosdb/port";

export { distinctNames } from "@heliosdb/port";

export type RowObject = { readonly [column: string]: Cell };

/** Rows by column. */
export function rowObjects(columns: readonly string[], rows: readonly (readonly Cell[])[]): readonly RowObject[] {
  // Assigning to "__proto__" would set a prototype instead of a column; such rows are built the slow way.
  if (columns.includes("__proto__")) {
    return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]!])));
  }
  const width = columns.length;
  return rows.map((row) => {
    const object: { [column: string]: Cell } = {};
    for (let index = 0; index < width; index++) object[columns[index]!] = row[index]!;
    return object;
  });
}
