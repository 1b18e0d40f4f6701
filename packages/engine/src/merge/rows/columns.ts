import type { InitialValues } from "../../rows/column-default.js";
import { type Row, sameValue } from "../../rows/values.js";
import { type ColumnDef, storedColumns, type TableDef } from "../../schema/model.js";

/** One column of the merged table, with its names on both sides. */
export interface MergeColumn {
  readonly name: string;
  /** Null if the source does not have it. */
  readonly source: string | null;
  /** False if the target gets the column only by this merge. */
  readonly inTarget: boolean;
}

/** Finds a column in another version of the table. */
export type FindColumn = (table: TableDef, column: ColumnDef) => ColumnDef | undefined;

/** Matches the columns of the merged table with those of each side. */
export function alignColumns(
  merged: TableDef,
  source: TableDef,
  targetBefore: TableDef | undefined,
  find: FindColumn,
): MergeColumn[] {
  return storedColumns(merged).map((column) => ({
    name: column.name,
    source: find(source, column)?.name ?? null,
    inTarget: targetBefore !== undefined && find(targetBefore, column) !== undefined,
  }));
}

/**
 * A source row with missing columns filled in. In a new row, columns for which the table has a default are left to the
 * table.
 */
export function completeSource(
  columns: readonly MergeColumn[],
  defaults: InitialValues,
  source: Row,
  isNew: boolean,
): Row {
  if (columns.every((column) => column.source !== null)) return source;
  return columns.map((column, i) =>
    column.source !== null || (isNew && !defaults.mustGive(i)) ? source[i] : defaults.of(i),
  );
}

/** A row of the base, or of the target before its table is rebuilt, with missing columns filled in. */
export function completeRow(defaults: InitialValues, base: Row): Row {
  if (base.every((value) => value !== undefined)) return base;
  return base.map((value, i) => (value === undefined ? defaults.of(i) : value));
}

/**
 * A substitute base for a row that both sides inserted, if they agree in all columns that both have: then only the
 * columns that one side added are left, and each takes its own side's value. Undefined if they don't agree.
 */
export function baseOfTwins(
  columns: readonly MergeColumn[],
  defaults: InitialValues,
  source: Row,
  target: Row,
): Row | undefined {
  const isShared = (column: MergeColumn) => column.source !== null && column.inTarget;
  if (columns.every(isShared)) return undefined;
  if (!columns.every((column, i) => !isShared(column) || sameValue(source[i], target[i]))) return undefined;
  return columns.map((column, i) => (isShared(column) ? source[i] : defaults.of(i)));
}
