import { type Connection, openInMemory } from "../../file/connection.js";
import { isSqliteFailure } from "../../file/sqlite-error.js";
import type { ColumnDef, Epoch, SchemaObject, TableDef } from "../../schema/model.js";
import { foldName, ident } from "../../sql/names.js";
import { DROPPED } from "./conflict.js";
import { objectKey } from "./object-text.js";
import type { SchemaIdentity } from "./schema-identity.js";
import { type Rename, renameAll } from "./swap-renames.js";

/** The definitions of an epoch, written with the names of another. */
export interface NamedTexts {
  /** CREATE TABLE statements by the table's uid. */
  readonly tables: ReadonlyMap<string, string>;
  /** Names of tables in these definitions, by the table's uid. */
  readonly names: ReadonlyMap<string, string>;
  /** Indexes, views and triggers. */
  readonly objects: readonly SchemaObject[];
}

/** Called with the name of a table, or of a column, that two would have: then one of them gets another. */
export type Clash = (table: string, column: string | null) => void;

/**
 * The definitions of an epoch after its tables and columns have been renamed as in another. Only SQLite knows which
 * words of a definition name what, so it does the renaming, in a database of empty tables. Definitions that it can't
 * read stay unchanged.
 */
export function withNames(
  epoch: Epoch,
  tables: readonly TableDef[],
  identity: SchemaIdentity,
  clash: Clash = () => {},
): NamedTexts {
  const named = new Map(epoch.tables.map((table) => [table, identity.table({ tables }, table)]));
  const renames = renamesTo(
    epoch.tables,
    tables,
    (table) => named.get(table),
    (name) => clash(name, null),
  );
  const columns = new Map(
    epoch.tables.map((table) => {
      const other = named.get(table);
      if (!other) return [table, []];
      const counterpart = (column: ColumnDef) => identity.column(other, column);
      return [table, renamesTo(table.columns, other.columns, counterpart, (name) => clash(other.name, name))];
    }),
  );
  if (![renames, ...columns.values()].some((each) => each.length > 0)) {
    return {
      tables: new Map(epoch.tables.map(({ uid, sql }) => [uid, sql])),
      names: new Map(epoch.tables.map(({ uid, name }) => [uid, name])),
      objects: epoch.objects,
    };
  }
  const scratch = scratchOf(epoch);
  try {
    const pages = pagesOf(scratch, epoch);
    for (const [table, each] of columns) {
      renameAll(each, (from, to) =>
        scratch.exec(`ALTER TABLE ${ident(table.name)} RENAME COLUMN ${ident(from)} TO ${ident(to)}`),
      );
    }
    renameAll(renames, (from, to) => scratch.exec(`ALTER TABLE ${ident(from)} RENAME TO ${ident(to)}`));
    const rows = scratch
      .prepare(`SELECT type, name, tbl_name AS "table", sql, rootpage FROM sqlite_schema WHERE sql IS NOT NULL`)
      .all() as (SchemaObject & { rootpage: number })[];
    const found = new Map(
      rows.map(({ type, name, table, sql }) => [objectKey({ type, name, table, sql }), { type, name, table, sql }]),
    );
    const made = rows.filter(({ rootpage }) => pages.has(rootpage));
    return {
      tables: new Map(made.map(({ rootpage, sql }) => [pages.get(rootpage)!, sql])),
      names: new Map(made.map(({ rootpage, name }) => [pages.get(rootpage)!, name])),
      objects: epoch.objects.map((object) => found.get(objectKey(object)) ?? object),
    };
  } finally {
    scratch.close();
  }
}

/**
 * New names for objects whose counterpart has another name. An object without a counterpart makes way if its name is
 * taken.
 */
function renamesTo<T extends { readonly name: string }>(
  items: readonly T[],
  merged: readonly T[],
  counterpart: (item: T) => T | undefined,
  clash: (name: string) => void,
): Rename[] {
  const taken = new Set(merged.map(({ name }) => foldName(name)));
  const free = (name: string): string => {
    if (taken.has(foldName(name))) return free(name + DROPPED);
    taken.add(foldName(name));
    return name;
  };
  const given = new Set<string>();
  return items.flatMap((item) => {
    const wanted = counterpart(item)?.name;
    const isTwice = wanted !== undefined && given.has(foldName(wanted));
    if (isTwice) clash(wanted);
    const to = wanted === undefined || isTwice ? free(item.name) : wanted;
    given.add(foldName(to));
    return to === item.name ? [] : [{ from: item.name, to }];
  });
}

/** The name that an object had before it made way for another. */
export function withoutMarks(name: string): string {
  return name.endsWith(DROPPED) ? withoutMarks(name.slice(0, -DROPPED.length)) : name;
}

function scratchOf(epoch: Epoch): Connection {
  const scratch = openInMemory();
  // So that a definition that SQLite can't read doesn't prevent it from renaming in the others.
  scratch.unsafeMode();
  scratch.pragma("writable_schema = ON");
  scratch.pragma("trusted_schema = OFF");
  for (const { sql } of [...epoch.tables, ...epoch.objects]) {
    try {
      scratch.exec(sql);
    } catch (error) {
      if (!isSqliteFailure(error)) throw error;
    }
  }
  return scratch;
}

/** uid of each table by its root page, which a rename does not change. */
function pagesOf(scratch: Connection, epoch: Epoch): Map<number, string> {
  const page = scratch.prepare("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck();
  return new Map(epoch.tables.map(({ name, uid }) => [page.get(name) as number, uid]));
}
