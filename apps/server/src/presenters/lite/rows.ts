import type { Cell } from "@heliosdb/port";

/** Column names as keys of an object: a name that was there before gets `:1`, `:2` and so on. */
export function distinctNames(columns: readonly string[]): readonly string[] {
  if (new Set(columns).size === columns.length) return columns;
  const taken = new Set(columns);
  const seen = new Set<string>();
  return columns.map((name) => {
    let unique = name;
    for (let number = 1; seen.has(unique) || (unique !== name && taken.has(unique)); number++)
      unique = `${name}:${number}`;
    seen.add(unique);
    return unique;
  });
}

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
