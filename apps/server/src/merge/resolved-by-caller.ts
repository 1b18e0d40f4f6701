import { type BindValue, type MergeConflict, type MergeResolution, sameName } from "@heliosdb/port";

/** Whether a conflict was decided by one of the request's own resolutions, and not by the strategy. */
export function isResolvedByHand(conflict: MergeConflict, resolutions: readonly MergeResolution[]): boolean {
  return resolutions.some(
    ({ table, key, column }) =>
      sameName(table, conflict.table) &&
      keyText(key) === conflict.rowId &&
      (column === undefined || (conflict.column !== null && sameName(column, conflict.column))),
  );
}

/** A key as a conflict's `rowId` has it: as text, a composite one as the text of a JSON array. */
function keyText(key: MergeResolution["key"]): string | null {
  if (key === undefined) return null;
  if (!isList(key)) return String(plain(key));
  return key.length === 1 ? String(plain(key[0]!)) : JSON.stringify(key.map(plain));
}

function isList(key: BindValue | readonly BindValue[]): key is readonly BindValue[] {
  return Array.isArray(key);
}

function plain(value: BindValue): string | number | null {
  if (typeof value !== "object" || value === null) return value;
  return "int" in value ? value.int : "real" in value ? value.real : value.blob;
}
