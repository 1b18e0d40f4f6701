import type { RowDifference } from "@heliosdb/client";

export interface TableRows {
  readonly table: string;
  readonly rows: readonly RowDifference[];
}

/** The rows by their tables, both in the order in which they came. */
export function byTable(rows: readonly RowDifference[]): readonly TableRows[] {
  const found = new Map<string, RowDifference[]>();
  for (const row of rows) {
    const known = found.get(row.table);
    if (known) known.push(row);
    else found.set(row.table, [row]);
  }
  return [...found].map(([table, own]) => ({ table, rows: own }));
}

/** The columns of all these rows, in the order of the tables; those of the newer state first. */
export function columnsOf(rows: readonly RowDifference[]): readonly string[] {
  const names = new Set<string>();
  for (const { to } of rows) for (const name of Object.keys(to ?? {})) names.add(name);
  for (const { from } of rows) for (const name of Object.keys(from ?? {})) names.add(name);
  return [...names];
}
