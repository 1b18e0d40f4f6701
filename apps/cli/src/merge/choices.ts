import type { MergeConflict, MergeResolution, Value } from "@heliosdb/client";

/** The part of a resolution that says which conflict it is for. */
interface Place {
  readonly table: string;
  readonly key?: string;
  readonly column?: string;
}

/** A caller's decision about one conflict. */
export type Choice = "source" | "target" | { readonly value: Value };

export function resolutionOf(conflict: MergeConflict, choice: Choice): MergeResolution {
  const { table, rowId, column } = conflict;
  const place: Place = {
    table,
    ...(rowId !== null && { key: rowId }),
    ...(column !== null && { column }),
  };
  if (typeof choice === "string") return { ...place, use: choice };
  if (column === null) throw new Error("A whole row takes a side.");
  return { ...place, column, use: "value", value: choice.value };
}

/** A value that was typed: JSON, or else the text itself. Null if it is JSON but no single value. */
export function typedValue(text: string): { readonly value: Value } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { value: text };
  }
  if (value !== null && typeof value === "object") return null;
  return { value: value as Value };
}
