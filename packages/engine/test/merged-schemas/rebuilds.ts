import { type At, type Change, columnRest, isThere, replaced, someConstraint, TYPES } from "./making.js";
import { type Column, Missing, say, sayTable, stored, type Table } from "./schema.js";

/** The usual steps for what ALTER TABLE can't do: a new table, the rows, the old one dropped, its name taken. */
export function rebuild(at: At, table: Table): Change | null {
  const shaped = reshaped(at, table);
  const next = replaced(at.schema, shaped);
  const news = `new_${table.name}`;
  const columns = stored(shaped).map((column) => ({ to: column.name, from: nameIn(table, column) }));
  const others = at.schema.items.filter(({ type }) => type !== "index");
  const again = next.items.filter(({ type, table: on }) => type !== "index" || on === table.id);
  try {
    return {
      statements: [
        "PRAGMA foreign_keys = OFF",
        ...[...others].reverse().map(({ type, name }) => `DROP ${type} IF EXISTS ${name}`),
        sayTable(next, shaped, news),
        `INSERT INTO ${news} (${columns.map(({ to }) => to).join(", ")})
           SELECT ${columns.map(({ from }) => from).join(", ")} FROM ${table.name}`,
        `DROP TABLE ${table.name}`,
        `ALTER TABLE ${news} RENAME TO ${table.name}`,
        ...again.map(({ text }) => say(next, text)),
      ],
      next,
      writes: [table.id],
    };
  } catch (error) {
    if (error instanceof Missing) return null;
    throw error;
  }
}

function nameIn(table: Table, { id }: Column): string {
  return table.columns.find((column) => column.id === id)!.name;
}

function reshaped({ random, schema, db }: At, table: Table): Table {
  const values = stored(table).filter(({ id }) => id !== table.key);
  const column = random.any(values);
  const changed = (to: (column: Column) => Partial<Column>) => ({
    ...table,
    columns: table.columns.map((each) => (each === column ? { ...each, ...to(each) } : each)),
  });
  switch (random.below(9)) {
    case 0:
      return changed(() => ({ type: random.pick(TYPES) }));
    case 1:
      return changed(() => ({ rest: columnRest(random, schema, table) }));
    case 2:
      return changed(({ rest }) => ({ rest: rest.length === 0 ? ["UNIQUE"] : [...rest, " UNIQUE"] }));
    case 3:
      return values.length < 2 ? table : { ...table, columns: table.columns.filter((each) => each !== column) };
    case 4: {
      // Only values tell that a column goes on under another name.
      const isFilled = column && db.prepare(`SELECT 1 FROM ${table.name} WHERE ${column.name} IS NOT NULL`).get();
      const isFree = !table.columns.some(({ name }) => name === "renamed");
      return isFilled && isFree ? changed(() => ({ name: "renamed" })) : table;
    }
    case 5: {
      const made = { ...someConstraint(random, table), name: null };
      return isThere(table, made) ? table : { ...table, constraints: [...table.constraints, made] };
    }
    case 6:
      return { ...table, constraints: table.constraints.slice(1) };
    case 7:
      return { ...table, columns: [...table.columns].reverse() };
    default:
      return table;
  }
}

/** A column with another type and the same name and values, as it was done before there were other ways. */
export function retype({ random, schema, id }: At, table: Table): Change | null {
  const column = random.any(stored(table).filter((each) => each.id !== table.key));
  if (!column) return null;
  const made: Column = { ...column, id: id(), type: random.pick(TYPES), rest: [], initial: "NULL" };
  const on = `ALTER TABLE ${table.name}`;
  return {
    statements: [
      `${on} ADD COLUMN aside ${made.type}`,
      `UPDATE ${table.name} SET aside = ${column.name}`,
      `${on} DROP COLUMN ${column.name}`,
      `${on} RENAME COLUMN aside TO ${column.name}`,
    ],
    next: replaced(schema, { ...table, columns: [...table.columns.filter((each) => each !== column), made] }),
    writes: [table.id],
  };
}
