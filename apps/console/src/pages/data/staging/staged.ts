import type { Row, Value } from "@heliosdb/client";
import { rowKey } from "../keys/row-key.js";

/** Changes of one table that are not saved yet. */
export interface Staged {
  readonly edits: ReadonlyMap<string, StagedEdit>;
  readonly inserts: readonly StagedInsert[];
  readonly deletes: ReadonlyMap<string, Row>;
}

export interface StagedEdit {
  /** As it was read. */
  readonly row: Row;
  readonly values: Readonly<Record<string, Value>>;
}

export interface StagedInsert {
  readonly id: number;
  readonly values: Readonly<Record<string, Value>>;
}

export type StagedChange =
  | { readonly type: "edit"; readonly row: Row; readonly column: string; readonly value: Value }
  | { readonly type: "revert"; readonly row: Row; readonly column: string }
  | { readonly type: "delete"; readonly row: Row }
  | { readonly type: "keep"; readonly row: Row }
  | { readonly type: "insert" }
  | { readonly type: "fill"; readonly id: number; readonly column: string; readonly value: Value | undefined }
  | { readonly type: "drop"; readonly id: number }
  | { readonly type: "rebase"; readonly rows: readonly MovedRow[] }
  | { readonly type: "clear" };

/** A row that somebody else changed since it was read; undefined where they deleted it. */
export interface MovedRow {
  readonly before: Row;
  readonly after: Row | undefined;
}

export const NOTHING_STAGED: Staged = { edits: new Map(), inserts: [], deletes: new Map() };

export function stagedCount({ edits, inserts, deletes }: Staged): number {
  return edits.size + inserts.length + deletes.size;
}

/** Staging applies to a row once: an edit back to the old value is none, and a deleted row has no edits. */
export function stage(staged: Staged, keys: readonly string[], change: StagedChange): Staged {
  switch (change.type) {
    case "edit":
      return withEdit(staged, rowKey(change.row, keys), change.row, change.column, change.value);
    case "revert": {
      const original = change.row[change.column] ?? null;
      return withEdit(staged, rowKey(change.row, keys), change.row, change.column, original);
    }
    case "delete": {
      const key = rowKey(change.row, keys);
      const edits = without(staged.edits, key);
      const original = staged.edits.get(key)?.row ?? change.row;
      return { ...staged, edits, deletes: new Map(staged.deletes).set(key, original) };
    }
    case "keep":
      return { ...staged, deletes: without(staged.deletes, rowKey(change.row, keys)) };
    case "insert": {
      const id = Math.max(0, ...staged.inserts.map((insert) => insert.id)) + 1;
      return { ...staged, inserts: [...staged.inserts, { id, values: {} }] };
    }
    case "fill":
      return {
        ...staged,
        inserts: staged.inserts.map((insert) =>
          insert.id === change.id ? { ...insert, values: filled(insert.values, change.column, change.value) } : insert,
        ),
      };
    case "drop":
      return { ...staged, inserts: staged.inserts.filter(({ id }) => id !== change.id) };
    case "rebase":
      return change.rows.reduce((all, moved) => withRebased(all, keys, moved), staged);
    case "clear":
      return NOTHING_STAGED;
  }
}

function withEdit(staged: Staged, key: string, row: Row, column: string, value: Value): Staged {
  const old = staged.edits.get(key);
  const original = old?.row ?? row;
  const { [column]: _, ...others } = old?.values ?? {};
  const values = isSame(original[column], value) ? others : { ...others, [column]: value };
  const edits = without(staged.edits, key);
  return { ...staged, edits: Object.keys(values).length === 0 ? edits : edits.set(key, { row: original, values }) };
}

/** The same changes over the row as it is now; none over one that is gone. */
function withRebased(staged: Staged, keys: readonly string[], { before, after }: MovedRow): Staged {
  const key = rowKey(before, keys);
  const edit = staged.edits.get(key);
  const edits = without(staged.edits, key);
  const deletes = without(staged.deletes, key);
  if (after === undefined) return { ...staged, edits, deletes };
  if (staged.deletes.has(key)) return { ...staged, deletes: deletes.set(key, after) };
  return edit ? { ...staged, edits: edits.set(key, { row: after, values: edit.values }) } : staged;
}

function filled(values: Readonly<Record<string, Value>>, column: string, value: Value | undefined) {
  const { [column]: _, ...others } = values;
  return value === undefined ? others : { ...others, [column]: value };
}

function without<V>(map: ReadonlyMap<string, V>, key: string): Map<string, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

function isSame(old: unknown, value: Value): boolean {
  if (typeof value === "bigint") return String(old) === String(value);
  return old === value;
}
