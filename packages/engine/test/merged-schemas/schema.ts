/** A text that names tables and columns by what they are, so that it reads right under any names. */
export type Part = string | { readonly table: number } | { readonly column: number };
export type Text = readonly Part[];

export interface Column {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** The words behind the type. */
  readonly rest: Text;
  /** SQL of what rows have that were there before the column came. */
  readonly initial: string;
  readonly generated: boolean;
}

export interface Constraint {
  readonly name: string | null;
  /** Without the name. */
  readonly text: Text;
}

export interface Table {
  readonly id: number;
  readonly name: string;
  /** The column that is the key, which no step changes; null where rows have none. */
  readonly key: number | null;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly options: string;
}

/** An index, view or trigger. */
export interface Item {
  readonly type: "index" | "view" | "trigger";
  readonly name: string;
  /** The table that it stands on. */
  readonly table: number | null;
  /** From CREATE on, with the name. */
  readonly text: Text;
}

export interface Schema {
  readonly tables: readonly Table[];
  readonly items: readonly Item[];
  /** Names of tables that are gone: what takes one goes on as that table, which is told by other tests. */
  readonly gone: readonly string[];
}

/** Something is named that the schema does not have. */
export class Missing extends Error {}

export function tableOf({ tables }: Schema, id: number): Table {
  const found = tables.find((table) => table.id === id);
  if (!found) throw new Missing(`table ${id}`);
  return found;
}

export function stored({ columns }: Table): readonly Column[] {
  return columns.filter(({ generated }) => !generated);
}

/** The text under the names that a schema gives. */
export function say(schema: Schema, text: Text): string {
  return text
    .map((part) => {
      if (typeof part === "string") return part;
      if ("table" in part) return tableOf(schema, part.table).name;
      const column = schema.tables.flatMap(({ columns }) => columns).find(({ id }) => id === part.column);
      if (!column) throw new Missing(`column ${part.column}`);
      return column.name;
    })
    .join("");
}

export function sayColumn(schema: Schema, { name, type, rest }: Column): string {
  return [name, type, say(schema, rest)].filter((word) => word !== "").join(" ");
}

/** CREATE TABLE; `as` is another name for it. */
export function sayTable(schema: Schema, table: Table, as = table.name): string {
  const parts = [
    ...table.columns.map((column) => sayColumn(schema, column)),
    ...table.constraints.map(({ name, text }) => `${name === null ? "" : `CONSTRAINT ${name} `}${say(schema, text)}`),
  ];
  return `CREATE TABLE ${as} (${parts.join(", ")}) ${table.options}`;
}

export function mapText(text: Text, ids: (id: number) => number): Text {
  return text.map((part) => {
    if (typeof part === "string") return part;
    return "table" in part ? { table: ids(part.table) } : { column: ids(part.column) };
  });
}

/** The schema with other ids for the same things. */
export function withIds(schema: Schema, ids: (id: number) => number): Schema {
  return {
    gone: schema.gone,
    tables: schema.tables.map((table) => ({
      ...table,
      id: ids(table.id),
      key: table.key === null ? null : ids(table.key),
      columns: table.columns.map((column) => ({ ...column, id: ids(column.id), rest: mapText(column.rest, ids) })),
      constraints: table.constraints.map(({ name, text }) => ({ name, text: mapText(text, ids) })),
    })),
    items: schema.items.map((item) => ({
      ...item,
      table: item.table === null ? null : ids(item.table),
      text: mapText(item.text, ids),
    })),
  };
}

export function sameText(a: Text, b: Text): boolean {
  return JSON.stringify(joined(a)) === JSON.stringify(joined(b));
}

/** Letter case does not count. */
export function alike(a: Text, b: Text): boolean {
  return JSON.stringify(joined(a)).toLowerCase() === JSON.stringify(joined(b)).toLowerCase();
}

function joined(text: Text): Part[] {
  const parts: Part[] = [];
  for (const part of text) {
    const last = parts.at(-1);
    if (typeof part === "string" && typeof last === "string") parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return parts;
}
