import Database from "better-sqlite3";
import type { Connection } from "../file/connection.js";
import type { Epoch, SchemaObject, TableDef } from "../schema/model.js";
import { foldName, ident } from "../sql/names.js";
import { type Rename, renameAll } from "./exchange.js";
import type { Identity } from "./identity.js";
import { objectKey } from "./object-text.js";

/**
 * The indexes, views and triggers of an epoch as they read once its tables and columns have the names of others. Only
 * SQLite knows which words of a text name what, so it does the renaming, in a database of empty tables. What it can't
 * read keeps its text.
 */
export function withNames(epoch: Epoch, tables: readonly TableDef[], identity: Identity): readonly SchemaObject[] {
  const named = new Map(epoch.tables.map((table) => [table, identity.table({ tables }, table)]));
  const renames = renamesTo(epoch.tables, (table) => named.get(table));
  const columns = new Map(
    epoch.tables.map((table) => {
      const other = named.get(table);
      return [table, other ? renamesTo(table.columns, (column) => identity.column(other, column)) : []];
    }),
  );
  if (epoch.objects.length === 0 || ![renames, ...columns.values()].some((each) => each.length > 0)) {
    return epoch.objects;
  }
  const scratch = scratchOf(epoch);
  try {
    for (const [table, each] of columns) {
      renameAll(each, (from, to) =>
        scratch.exec(`ALTER TABLE ${ident(table.name)} RENAME COLUMN ${ident(from)} TO ${ident(to)}`),
      );
    }
    renameAll(renames, (from, to) => scratch.exec(`ALTER TABLE ${ident(from)} RENAME TO ${ident(to)}`));
    const read = scratch.prepare(
      'SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema WHERE sql IS NOT NULL',
    );
    const found = new Map((read.all() as SchemaObject[]).map((object) => [objectKey(object), object]));
    return epoch.objects.map((object) => found.get(objectKey(object)) ?? object);
  } finally {
    scratch.close();
  }
}

/** New names for those whose counterpart has another. What has none makes way where its name is taken. */
function renamesTo<T extends { readonly name: string }>(
  items: readonly T[],
  counterpart: (item: T) => T | undefined,
): Rename[] {
  const taken = new Set<string>();
  const free = (name: string): string => {
    if (taken.has(foldName(name))) return free(`${name} (dropped)`);
    taken.add(foldName(name));
    return name;
  };
  const stay = items.filter(counterpart);
  const go = items.filter((item) => !stay.includes(item));
  return [...stay, ...go].flatMap((item) => {
    const to = free(counterpart(item)?.name ?? item.name);
    return to === item.name ? [] : [{ from: item.name, to }];
  });
}

function scratchOf(epoch: Epoch): Connection {
  const scratch = new Database(":memory:");
  // So that a text that SQLite can't read doesn't stop it from renaming in the others.
  scratch.unsafeMode();
  scratch.pragma("writable_schema = ON");
  scratch.pragma("trusted_schema = OFF");
  for (const table of epoch.tables) {
    const names = table.columns.map((column) => ident(column.name));
    scratch.exec(`CREATE TABLE ${ident(table.name)} (${names.join(", ")})`);
  }
  for (const { sql } of epoch.objects) {
    try {
      scratch.exec(sql);
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
    }
  }
  return scratch;
}
