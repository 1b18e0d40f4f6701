import type { ColumnType, MergeConflict, MergeResolution, Table, Value } from "@heliosdb/client";

/** What was decided about one conflict. */
export type Choice = { readonly use: "source" | "target" } | { readonly use: "value"; readonly value: Value };

export type Choices = ReadonlyMap<string, Choice>;

/** Each conflict among those of its merge. */
export function conflictKey({ table, rowId, column, conflictType }: MergeConflict): string {
  return JSON.stringify([table, rowId, column, rowId === null ? conflictType : null]);
}

/** Constraints that the merged rows would break are for the branches to put right. */
export function isDecidable({ conflictType }: MergeConflict): boolean {
  return conflictType !== "constraint";
}

/** Where a value can be typed in: one column of a row. */
export function takesValue({ rowId, column }: MergeConflict): boolean {
  return rowId !== null && column !== null;
}

export function undecided(conflicts: readonly MergeConflict[], choices: Choices): number {
  return conflicts.filter((conflict) => isDecidable(conflict) && !choices.has(conflictKey(conflict))).length;
}

/** The same side for all these conflicts. */
export function choosing(choices: Choices, conflicts: readonly MergeConflict[], use: "source" | "target"): Choices {
  const next = new Map(choices);
  for (const conflict of conflicts) if (isDecidable(conflict)) next.set(conflictKey(conflict), { use });
  return next;
}

/** What was chosen about conflicts that are still there. */
export function resolutionsOf(conflicts: readonly MergeConflict[], choices: Choices): readonly MergeResolution[] {
  return conflicts.flatMap((conflict): MergeResolution[] => {
    const choice = choices.get(conflictKey(conflict));
    if (!choice) return [];
    const { table, rowId, column } = conflict;
    const row = { table, ...(rowId !== null && { key: rowId }) };
    if (choice.use !== "value") return [{ ...row, ...(column !== null && { column }), use: choice.use }];
    return column === null ? [] : [{ ...row, column, use: "value", value: choice.value }];
  });
}

/** Conflicts of one row together. */
export interface RowConflicts {
  readonly key: string;
  readonly table: string;
  readonly rowId: string | null;
  readonly conflicts: readonly MergeConflict[];
}

export function byRow(conflicts: readonly MergeConflict[]): readonly RowConflicts[] {
  const found = new Map<string, MergeConflict[]>();
  for (const conflict of conflicts) {
    const key = JSON.stringify([conflict.table, conflict.rowId]);
    const known = found.get(key);
    if (known) known.push(conflict);
    else found.set(key, [conflict]);
  }
  return [...found].map(([key, own]) => ({ key, table: own[0]!.table, rowId: own[0]!.rowId, conflicts: own }));
}

export function typeOf(tables: readonly Table[], { table, column }: MergeConflict): ColumnType {
  const columns = tables.find(({ name }) => name === table)?.columns;
  return columns?.find(({ name }) => name === column)?.type ?? "text";
}
