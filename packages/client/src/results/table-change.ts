import type { components } from "../generated/schema.js";

/** How many rows of one table changed. */
export interface TableChange {
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export function tableChangeOf({
  table,
  inserted,
  updated,
  deleted,
}: components["schemas"]["TableChange"]): TableChange {
  return { table, inserted, updated, deleted };
}
