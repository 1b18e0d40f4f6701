import type { TableChange } from "@heliosdb/client";

/** The number of changed rows by table, on one line: `users +1 ~2 -3`. */
export function changesText(tables: readonly TableChange[]): string {
  return tables
    .map(({ table, inserted, updated, deleted }) => [table, ...counts(inserted, updated, deleted)].join(" "))
    .join(", ");
}

function counts(inserted: number, updated: number, deleted: number): string[] {
  const all: [string, number][] = [
    ["+", inserted],
    ["~", updated],
    ["-", deleted],
  ];
  return all.filter(([, count]) => count > 0).map(([sign, count]) => sign + count);
}
