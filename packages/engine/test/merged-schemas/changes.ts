import type { Random } from "../definitions/random.js";
import { indexChange, triggerChange, viewChange } from "./items.js";
import { type At, type Change, columnRest, isThere, replaced, someConstraint, TYPES } from "./making.js";
import { rebuild, retype } from "./rebuilds.js";
import {
  type Column,
  type Constraint,
  type Schema,
  say,
  sayColumn,
  sayTable,
  stored,
  type Table,
  type Text,
} from "./schema.js";

const VALUES = ["1", "2", "'one'", "'7'", "NULL", "3.5", "x'01'", "0"];
const TABLE_NAMES = ["n1", "n2"];
const COLUMN_NAMES = ["c", "d", "e"];

type Make = (at: At, table: Table) => Change | null;

const MAKERS: Readonly<Record<string, Make>> = {
  rebuilds: rebuild,
  retypes: retype,
  columns: alterColumns,
  constraints: alterConstraints,
  tables: alterTables,
  indexes: indexChange,
  views: viewChange,
  triggers: triggerChange,
};

/**
 * Some kinds of change: a history that plays with few has more of each, and of what comes of two together. MODEL_AMONG
 * names those that all histories are to play with.
 */
export function someKinds(random: Random): readonly Make[] {
  const all = Object.values(MAKERS);
  const among = process.env.MODEL_AMONG?.split(",");
  if (among) return among.map((name) => MAKERS[name]!);
  const some = random.some(all, 35);
  return some.length === 0 ? all : some;
}

/** What a step does; null where there is nothing to do it to. Without kinds it is a write. */
export function changeOf(at: At, kinds: readonly Make[]): Change | null {
  const { random, schema } = at;
  const table = random.any(schema.tables);
  if (!table) return createTable(at);
  return kinds.length === 0 || random.chance(30) ? write(at, table) : random.pick(kinds)(at, table);
}

function write({ random, schema }: At, table: Table): Change {
  const columns = stored(table);
  const one = random.pick(columns);
  const value = ({ id, rest }: Column): string => {
    if (id === table.key) return String(random.below(4));
    const refers = rest.some((part) => typeof part !== "string" && "table" in part);
    return refers ? random.pick(["NULL", "1", "2"]) : random.pick(VALUES);
  };
  const key = columns.find(({ id }) => id === table.key) ?? one;
  const where = table.key === null ? `${key.name} IS ${value(key)}` : `${key.name} = ${value(key)}`;
  const statement = () => {
    switch (random.below(6)) {
      case 0:
      case 1:
      case 2: {
        const given = columns.filter(({ id }) => id === table.key || random.chance(80));
        if (given.length === 0) return `INSERT INTO ${table.name} DEFAULT VALUES`;
        return `INSERT INTO ${table.name} (${given.map(({ name }) => name).join(", ")}) VALUES (${given.map(value).join(", ")})`;
      }
      case 3:
      case 4:
        return `UPDATE ${table.name} SET ${one.name} = ${value(one)} WHERE ${where}`;
      default:
        return `DELETE FROM ${table.name} WHERE ${where}`;
    }
  };
  const statements = Array.from({ length: 1 + random.below(3) }, statement);
  return { statements, next: schema, writes: [table.id] };
}

function initialIn(rest: Text): string {
  return /DEFAULT (\([^)]*\)|\S+)/.exec(rest.filter((part) => typeof part === "string").join(""))?.[1] ?? "NULL";
}

export function newColumn({ random, schema, id }: At, table: Table | null, name: string): Column {
  const rest = columnRest(random, schema, table);
  return { id: id(), name, type: random.pick(TYPES), rest, initial: initialIn(rest), generated: false };
}

function alterColumns(at: At, table: Table): Change | null {
  const { random, schema, id } = at;
  const on = `ALTER TABLE ${table.name}`;
  const values = table.columns.filter((column) => column.id !== table.key);
  const column = random.any(values);
  if (!column) return null;
  const alter = (statements: readonly string[], columns: readonly Column[]): Change => ({
    statements,
    next: replaced(schema, { ...table, columns }),
  });
  const changed = (to: Partial<Column>) => table.columns.map((each) => (each === column ? { ...each, ...to } : each));
  switch (random.below(12)) {
    case 0:
    case 1: {
      const made = newColumn(at, table, random.pick(COLUMN_NAMES));
      return alter([`${on} ADD COLUMN ${sayColumn(schema, made)}`], [...table.columns, made]);
    }
    case 2:
    case 10:
    case 11: {
      const made: Column = {
        ...{ id: id(), name: "g", type: "", initial: "NULL", generated: true },
        rest: ["AS (", { column: column.id }, " || '!')"],
      };
      return alter([`${on} ADD COLUMN ${sayColumn(schema, made)}`], [...table.columns, made]);
    }
    case 3:
    case 4:
      return {
        ...alter(
          [`${on} DROP COLUMN ${column.name}`],
          table.columns.filter((each) => each !== column),
        ),
        // The engine keeps every row as it was before, as if it had been written.
        writes: [table.id],
      };
    case 5:
    case 6: {
      const name = random.pick([...COLUMN_NAMES, "a", "b"]);
      return alter([`${on} RENAME COLUMN ${column.name} TO ${name}`], changed({ name }));
    }
    case 7: {
      const other = random.pick(values);
      if (other === column) return null;
      const rename = (from: string, to: string) => `${on} RENAME COLUMN ${from} TO ${to}`;
      return alter(
        [rename(column.name, "aside"), rename(other.name, column.name), rename("aside", other.name)],
        table.columns.map((each) => {
          if (each === column) return { ...each, name: other.name };
          return each === other ? { ...each, name: column.name } : each;
        }),
      );
    }
    case 8:
      if (column.rest.some((part) => typeof part === "string" && part.includes("NOT NULL"))) return null;
      return alter(
        [`${on} ALTER COLUMN ${column.name} SET NOT NULL`],
        changed({ rest: column.rest.length === 0 ? ["NOT NULL"] : [...column.rest, " NOT NULL"] }),
      );
    default:
      if (column.rest.at(-1) !== " NOT NULL" && column.rest.at(-1) !== "NOT NULL") return null;
      return alter([`${on} ALTER COLUMN ${column.name} DROP NOT NULL`], changed({ rest: column.rest.slice(0, -1) }));
  }
}

function alterConstraints({ random, schema }: At, table: Table): Change | null {
  const on = `ALTER TABLE ${table.name}`;
  const alter = (sql: string, constraints: readonly Constraint[]): Change => ({
    statements: [`${on} ${sql}`],
    next: replaced(schema, { ...table, constraints }),
  });
  const named = random.any(table.constraints.filter(({ name }) => name !== null));
  if (named && random.chance(60)) {
    return alter(
      `DROP CONSTRAINT ${named.name}`,
      table.constraints.filter((each) => each !== named),
    );
  }
  const made = someConstraint(random, table);
  if (isThere(table, made)) return null;
  const words = `${made.name === null ? "" : `CONSTRAINT ${made.name} `}${say(schema, made.text)}`;
  return alter(`ADD ${words}`, [...table.constraints, made]);
}

function alterTables(at: At, table: Table): Change | null {
  const { random, schema } = at;
  switch (random.below(6)) {
    case 0: {
      const name = freeName(at);
      return {
        statements: [`ALTER TABLE ${table.name} RENAME TO ${name}`],
        next: replaced(schema, { ...table, name }),
      };
    }
    case 1: {
      const other = random.pick(schema.tables);
      if (other === table) return null;
      const rename = (from: string, to: string) => `ALTER TABLE ${from} RENAME TO ${to}`;
      return {
        statements: [rename(table.name, "aside"), rename(other.name, table.name), rename("aside", other.name)],
        next: replaced(replaced(schema, { ...table, name: other.name }), { ...other, name: table.name }),
      };
    }
    case 2:
    case 3:
      return dropTable(schema, table);
    default:
      return createTable(at);
  }
}

/** With the views and triggers that name it. */
function dropTable(schema: Schema, table: Table): Change | null {
  const names = (text: Text) =>
    text.some((part) => typeof part !== "string" && "table" in part && part.table === table.id);
  const refers = schema.tables.some((each) => each.id !== table.id && each.columns.some(({ rest }) => names(rest)));
  if (refers) return null;
  const dependents = schema.items.filter(({ table: on, text }) => on === table.id || names(text));
  const views = dependents.filter(({ type }) => type === "view").map(({ name }) => name);
  const over = schema.items.filter(
    (item) => !dependents.includes(item) && views.some((name) => item.text.some((part) => part === ` FROM ${name}`)),
  );
  const gone = [...dependents, ...over];
  const drops = gone
    .filter(({ type, table: on }) => type !== "index" && (type === "view" || on !== table.id))
    .map(({ type, name }) => `DROP ${type} ${name}`);
  return {
    statements: [...drops, `DROP TABLE ${table.name}`],
    next: {
      gone: [...schema.gone, table.name],
      tables: schema.tables.filter((each) => each !== table),
      items: schema.items.filter((item) => !gone.includes(item)),
    },
  };
}

function freeName({ random, schema, id }: At): string {
  const names = TABLE_NAMES.filter((name) => !schema.gone.includes(name));
  return random.any(names) ?? `n${id()}`;
}

/** Few shapes and names, so that both sides may make the same. */
export function createTable(at: At, name = freeName(at)): Change {
  const { random, schema, id } = at;
  const kind = random.below(3);
  const keyColumn: Column = {
    ...{ id: id(), name: kind === 0 ? "id" : "k", type: kind === 0 ? "INTEGER" : "INT" },
    ...{ rest: ["PRIMARY KEY"], initial: "NULL", generated: false },
  };
  const key = kind === 2 ? null : keyColumn.id;
  const parent = random.any(schema.tables.filter((each) => each.key !== null));
  const refers: Text =
    parent && random.chance(60) ? ["REFERENCES ", { table: parent.id }, " (", { column: parent.key! }, ")"] : [];
  const value = (column: string, rest: Text = []): Column => ({
    ...{ id: id(), name: column, type: "", rest, initial: "NULL", generated: false },
  });
  const table: Table = {
    ...{ id: id(), name, key, constraints: [] },
    columns: [...(key === null ? [] : [keyColumn]), value("a"), value("b", refers)],
    options: kind === 1 ? "WITHOUT ROWID" : "",
  };
  const next = { ...schema, tables: [...schema.tables, table] };
  return { statements: [sayTable(next, table)], next };
}
