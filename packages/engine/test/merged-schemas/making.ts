import type { Random } from "../definitions/random.js";
import type { Plain } from "../definitions/schema.js";
import { alike, type Constraint, type Schema, stored, type Table, type Text } from "./schema.js";

/** The statements of one commit, and the schema that they make. */
export interface Change {
  readonly statements: readonly string[];
  readonly next: Schema;
  /** Tables whose rows it may write. */
  readonly writes?: readonly number[];
}

/** What a step has at hand. */
export interface At {
  readonly random: Random;
  readonly schema: Schema;
  readonly db: Plain;
  /** Of something new. */
  readonly id: () => number;
}

export const TYPES = ["", "INTEGER", "TEXT", "REAL"];

export function replaced(schema: Schema, table: Table): Schema {
  return { ...schema, tables: schema.tables.map((each) => (each.id === table.id ? table : each)) };
}

export function columnRest(random: Random, schema: Schema, table: Table | null): Text {
  const rest: Text[] = [];
  if (random.chance(20)) rest.push(["COLLATE NOCASE"]);
  if (random.chance(50)) rest.push([`DEFAULT ${random.pick(["1", "'d'", "(1 + 1)"])}`]);
  const parent = random.any(schema.tables.filter(({ id, key }) => key !== null && id !== table?.id));
  if (parent && random.chance(15)) {
    return [
      ...spaced(rest),
      ...(rest.length > 0 ? [" "] : []),
      "REFERENCES ",
      { table: parent.id },
      " (",
      { column: parent.key! },
      ")",
    ];
  }
  return spaced(rest);
}

function spaced(texts: readonly Text[]): Text {
  return texts.flatMap((text, i) => (i === 0 ? text : [" ", ...text]));
}

export function someConstraint(random: Random, table: Table): Constraint {
  const column = random.pick(stored(table));
  const text: Text = ["CHECK (", { column: column.id }, random.pick([" IS NOT 'bad')", " IS NOT 3.5)", " <> 2)"])];
  return { name: random.pick(["pos", "more", null]), text };
}

/** Twice the same says no more, and can't be told from once. */
export function isThere({ constraints }: Table, { text }: Constraint): boolean {
  return constraints.some((each) => alike(each.text, text));
}
