import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { InsertRowsRequest, RowObject } from "@heliosdb/port";
import Database from "better-sqlite3";
import type { TestDatabase } from "../support/test-database.js";

/**
 * A database that others made and many programs use: the coordinate reference systems of the PROJ library, as the
 * package proj-wasm publishes them. It has 39 tables with composite keys, WITHOUT ROWID, checks and cascading foreign
 * keys, views over views, and triggers, INSTEAD OF ones among them.
 */
export function publishedFile(): Buffer {
  const main = createRequire(import.meta.url).resolve("proj-wasm");
  return readFileSync(join(dirname(main), "proj.db"));
}

interface SchemaObject {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  readonly sql: string;
}

/** Rows of one commit while the database is loaded. */
const BATCH = 5000;

/** Loads it as a user would: tables, then rows, then indexes and views, and triggers last. */
export function load(db: TestDatabase, file: Buffer): void {
  const source = new Database(file);
  try {
    const query =
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    const objects = source.prepare(`${query} ORDER BY rowid`).all() as SchemaObject[];
    const textsOf = (type: SchemaObject["type"]) =>
      objects.filter((object) => object.type === type).map(({ sql }) => sql);
    db.execute("main", ...textsOf("table"));
    for (const { type, name } of objects) if (type === "table") loadRows(db, source, name);
    db.execute("main", ...textsOf("index"), ...textsOf("view"));
    db.execute("main", ...textsOf("trigger"));
  } finally {
    source.close();
  }
}

function loadRows(db: TestDatabase, source: Database.Database, table: string): void {
  let rows: InsertRowsRequest["rows"][number][] = [];
  const flush = () => {
    if (rows.length > 0) db.insert("main", table, rows);
    rows = [];
  };
  for (const row of source.prepare(`SELECT * FROM "${table}"`).safeIntegers().iterate()) {
    rows.push(row as RowObject);
    if (rows.length === BATCH) flush();
  }
  flush();
}
