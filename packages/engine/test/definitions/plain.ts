import Database from "better-sqlite3";
import { entriesOf, type Plain, quoted, tablesOf, writable } from "./schema.js";

/** A plain database in memory with what a branch's file holds. */
export function copyOf(path: string): Plain {
  const db = new Database(":memory:");
  db.pragma("foreign_keys = OFF");
  const from = new Database(path, { readonly: true });
  const entries = entriesOf(from);
  const tables = tablesOf(from);
  from.close();
  db.prepare("ATTACH ? AS f").run(path);
  for (const { type, sql } of entries) if (type === "table") db.exec(sql);
  for (const table of tables) {
    const isWithoutRowid = /WITHOUT\s+ROWID/i.test(table.sql.slice(table.sql.lastIndexOf(")")));
    const hasAlias = db
      .prepare("SELECT 1 FROM pragma_table_xinfo(?) WHERE pk = 1 AND type = 'INTEGER'")
      .get(table.name);
    const columns = writable(table).map(({ name }) => quoted(name));
    if (!isWithoutRowid && !hasAlias) columns.unshift("rowid");
    const list = columns.join(", ");
    db.exec(`INSERT INTO main.${quoted(table.name)} (${list}) SELECT ${list} FROM f.${quoted(table.name)}`);
  }
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").get()) {
    db.exec("DELETE FROM main.sqlite_sequence; INSERT INTO main.sqlite_sequence SELECT * FROM f.sqlite_sequence");
    db.exec("DELETE FROM main.sqlite_sequence WHERE name NOT IN (SELECT name FROM main.sqlite_schema)");
  }
  for (const { type, sql } of entries) if (type !== "table") db.exec(sql);
  db.exec("DETACH f");
  db.pragma("foreign_keys = ON");
  return db;
}

/** Runs the statements of one commit as plain SQLite does; gives what it says against them, or null. */
export function runPlain(db: Plain, statements: readonly string[]): string | null {
  const isOff = statements.some((sql) => /^PRAGMA foreign_keys = OFF/.test(sql));
  const before = violationsIn(db);
  if (isOff) db.pragma("foreign_keys = OFF");
  db.exec("BEGIN");
  try {
    for (const sql of statements) if (!/^PRAGMA/.test(sql)) db.exec(sql);
    if (isOff) {
      const broken = newOnes(before, violationsIn(db));
      if (broken.length > 0) throw new Error(`FOREIGN KEY: ${broken[0]}`);
    }
    db.exec("COMMIT");
    return null;
  } catch (error) {
    if (db.inTransaction) db.exec("ROLLBACK");
    return (error as Error).message;
  } finally {
    db.pragma("foreign_keys = ON");
  }
}

/** What PRAGMA foreign_key_check finds, table by table; a table whose parent has no such key counts as one. */
export function violationsIn(db: Plain): string[] {
  return tablesOf(db).flatMap(({ name, columns }): string[] => {
    try {
      const rows = db.prepare("SELECT rowid AS id, parent, fkid FROM pragma_foreign_key_check(?, 'main')").all(name);
      const key = columns.filter((column) => column.key > 0).map((column) => quoted(column.name));
      return (rows as { id: number | null; parent: string; fkid: number }[]).map(({ id, parent, fkid }) => {
        if (id === null || key.length === 0) return `${name}: ? in ${parent} ${fkid}`;
        const row = db
          .prepare(`SELECT ${key.join(", ")} FROM ${quoted(name)} WHERE rowid = ?`)
          .raw()
          .get(id);
        return `${name}: ${(row as unknown[]).join(" | ")} in ${parent}`;
      });
    } catch (error) {
      return [`${name}: ${(error as Error).message}`];
    }
  });
}

/** Those of `now` that are not in `before`, as often as they are there. */
export function newOnes(before: readonly string[], now: readonly string[]): string[] {
  const left = [...before];
  return now.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Views and triggers that can't be used. */
export function brokenObjects(db: Plain): string[] {
  // A trigger is not broken by a reference of its table to one that is gone.
  const hasKeys = db.pragma("foreign_keys", { simple: true });
  db.pragma("foreign_keys = OFF");
  try {
    return broken(db);
  } finally {
    db.pragma(`foreign_keys = ${hasKeys}`);
  }
}

function broken(db: Plain): string[] {
  return entriesOf(db).flatMap(({ type, name, table, sql }) => {
    const uses =
      type === "view" ? [`SELECT * FROM ${quoted(name)}`] : type === "trigger" ? [useOf(db, table, sql)] : [];
    return uses.flatMap((use) => {
      try {
        db.prepare(use);
        return [];
      } catch (error) {
        return [`${type} ${name}: ${(error as Error).message}`];
      }
    });
  });
}

function useOf(db: Plain, table: string, sql: string): string {
  const event = /\b(INSERT|DELETE|UPDATE)\b/i.exec(sql)![1]!.toUpperCase();
  if (event === "INSERT") return `INSERT INTO ${quoted(table)} DEFAULT VALUES`;
  if (event === "DELETE") return `DELETE FROM ${quoted(table)}`;
  const column = db.prepare("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0").pluck().get(table) as string;
  return `UPDATE ${quoted(table)} SET ${quoted(column)} = 1`;
}
