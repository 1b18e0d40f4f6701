import { type ForeignKey, sameName } from "@heliosdb/port";
import type { SchemaState } from "../state/schema-state.js";
import type { HeliumTable } from "../state/table.js";

export const CONSTRAINT_TYPES = ["primary", "foreign", "unique"] as const;
export type ConstraintType = (typeof CONSTRAINT_TYPES)[number];

export interface ColumnRef {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

export interface Constraint {
  readonly localColumn: string;
  readonly type: ConstraintType;
  readonly ref: ColumnRef | null;
}

/** A constraint over one or more columns, in the order of its key. */
export interface CompoundConstraint {
  readonly name: string;
  readonly type: ConstraintType;
  readonly constraints: readonly Constraint[];
}

interface Place {
  readonly table: string;
  readonly column: string;
}

/** The primary key, the foreign keys and the unique keys of a table, under the names that MySQL would give them. */
export function constraintsOf(state: SchemaState, table: HeliumTable): readonly CompoundConstraint[] {
  return [...primaryKey(table), ...foreignKeys(state, table), ...uniqueKeys(table)];
}

function primaryKey({ columns }: HeliumTable): CompoundConstraint[] {
  const key = columns.filter((column) => column.primaryKey > 0).toSorted((a, b) => a.primaryKey - b.primaryKey);
  const names = key.map(({ name }) => name);
  return names.length === 0 ? [] : [withoutRefs("PRIMARY", "primary", names)];
}

function foreignKeys(state: SchemaState, table: HeliumTable): CompoundConstraint[] {
  let unnamed = 0;
  return table.details.foreignKeys.map((key) => ({
    name: key.name ?? `${table.name}_ibfk_${++unnamed}`,
    type: "foreign",
    constraints: key.columns.map((column, i): Constraint => {
      const localColumn = columnName(table, column);
      const target = targetOf(state, key, i);
      const ref = target && { schema: state.schema.text, ...followed(state, target) };
      return { localColumn, type: "foreign", ref };
    }),
  }));
}

/** MySQL calls a key that nobody named after its first column. */
function uniqueKeys(table: HeliumTable): CompoundConstraint[] {
  return table.details.uniqueKeys.map(({ name, columns }) => {
    const names = columns.map((column) => columnName(table, column));
    return withoutRefs(name ?? names[0] ?? "", "unique", names);
  });
}

/** Where a column of a foreign key leads; null where the table that it means is not there. */
function targetOf(state: SchemaState, { table, references }: ForeignKey, i: number): Place | null {
  const column = references[i];
  if (column === undefined) return null;
  const target = state.find(table);
  return target ? { table: target.name, column: columnName(target, column) } : { table, column };
}

/** The end of a chain of foreign keys: the column that is a key by itself. One that leads back ends where it was. */
function followed(state: SchemaState, first: Place): Place {
  const seen = new Set<string>();
  let place = first;
  for (;;) {
    seen.add(JSON.stringify(place));
    const next = nextOf(state, place);
    if (next === null) return place;
    if (seen.has(JSON.stringify(next))) return first;
    place = next;
  }
}

function nextOf(state: SchemaState, { table, column }: Place): Place | null {
  for (const key of state.find(table)?.details.foreignKeys ?? []) {
    const at = key.columns.findIndex((name) => sameName(name, column));
    if (at >= 0) return targetOf(state, key, at);
  }
  return null;
}

function columnName({ columns }: HeliumTable, name: string): string {
  return columns.find((column) => sameName(column.name, name))?.name ?? name;
}

function withoutRefs(name: string, type: ConstraintType, columns: readonly string[]): CompoundConstraint {
  return { name, type, constraints: columns.map((localColumn) => ({ localColumn, type, ref: null })) };
}
