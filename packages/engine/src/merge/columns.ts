import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";
import type { MergeValue, Row } from "./values.js";

/** One column of the merged table, and what each side calls it; null where the side does not have it. */
export interface MergeColumn {
  readonly name: string;
  readonly source: string | null;
  readonly base: string | null;
  /** False where the target gets the column only by this merge. */
  readonly inTarget: boolean;
}

/** Lines up the columns of the merged table with those of each side: by uid, else by name. */
export function alignColumns(
  merged: TableDef,
  source: TableDef,
  base: TableDef | undefined,
  targetBefore: TableDef | undefined,
): MergeColumn[] {
  return storedColumns(merged).map((column) => ({
    name: column.name,
    source: find(source, column)?.name ?? null,
    base: base ? (find(base, column)?.name ?? null) : null,
    inTarget: targetBefore !== undefined && find(targetBefore, column) !== undefined,
  }));
}

function find(table: TableDef, wanted: ColumnDef): ColumnDef | undefined {
  const stored = storedColumns(table);
  return stored.find((column) => column.uid === wanted.uid) ?? stored.find((column) => column.name === wanted.name);
}

/** A source row with the columns that it lacks filled in as unchanged. */
export function completeSource(
  columns: readonly MergeColumn[],
  source: Row,
  base: Row | undefined,
  target: Row | undefined,
): Row {
  if (columns.every((column) => column.source !== null)) return source;
  return columns.map((column, i) => (column.source === null ? (base?.[i] ?? target?.[i]) : source[i]));
}

/** A base row with the columns that it lacks filled in as what the side that did not add them has. */
export function completeBase(
  columns: readonly MergeColumn[],
  base: Row,
  source: Row | undefined,
  target: Row | undefined,
): Row {
  if (columns.every((column) => column.base !== null)) return base;
  return columns.map((column, i): MergeValue => {
    if (column.base !== null) return base[i];
    if (column.source === null) return source?.[i];
    return column.inTarget ? NEITHER : target?.[i];
  });
}

/** Equal to no value that a row can have: both sides added the column, so both changed it. */
const NEITHER: MergeValue = Buffer.from("\0neither");
