import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HeliosError } from "@heliosdb/port";
import Database from "better-sqlite3";
import { readable, sqlName } from "../support/exact.js";
import { memoryFolder } from "../support/memory-folder.js";
import type { TestDatabase } from "../support/test-database.js";
import { type Query, textOf } from "./as-of-query.js";

/** A state that a query names, and the plain SQLite file that it was. */
export interface Copy {
  readonly at: number;
  readonly image: Buffer;
}

/** A query with AS OF gives what the same query gives over copies made of the states that it names. */
export function checkAsOf(
  database: TestDatabase,
  branch: string,
  head: Buffer,
  copies: readonly Copy[],
  queries: readonly Query[],
): void {
  overCopies(head, copies, (db) => {
    for (const query of queries) {
      const sql = textOf(query, ({ table, at, qualified }) => {
        const name = `${qualified ? "main." : ""}${sqlName(table)}`;
        return at === null ? name : `${name} AS OF SCN ${at}`;
      });
      const plain = textOf(query, ({ table, at, qualified }) => {
        const schema = at === null ? (qualified ? "main." : "") : `at_${at}.`;
        return `${schema}${sqlName(table)}`;
      });
      const wanted = answer(() => db.prepare(plain).raw(true).all() as unknown[][]);
      const found = answer(() => database.rows(branch, sql));
      if (found !== wanted) throw new Error(readable(`${sql}\ngives\n${found}\nand should give\n${wanted}`));
    }
  });
}

/** Calls `use` with the head as main and each copy beside it. */
function overCopies(head: Buffer, copies: readonly Copy[], use: (db: Database.Database) => void): void {
  const folder = memoryFolder("helios-copies-");
  const db = new Database(head);
  try {
    for (const { at, image } of copies) {
      const path = join(folder, `${at}.db`);
      writeFileSync(path, image);
      nameOwnTables(path);
      db.prepare(`ATTACH ? AS at_${at}`).run(path);
    }
    use(db);
  } finally {
    db.close();
    rmSync(folder, { recursive: true });
  }
}

/** SQLite attaches no file whose views name main: they name what stands beside them without it. */
function nameOwnTables(path: string): void {
  const db = new Database(path);
  db.unsafeMode(true);
  db.pragma("writable_schema = ON");
  db.prepare("UPDATE sqlite_schema SET sql = replace(sql, 'main.', '') WHERE type = 'view'").run();
  db.close();
}

function answer(read: () => readonly (readonly unknown[])[]): string {
  try {
    return read()
      .map((row) => JSON.stringify(row))
      .sort()
      .join("\n");
  } catch (error) {
    if (error instanceof HeliosError) {
      if (error.code === "POINT_EXPIRED") throw error;
      return "an error";
    }
    if (error instanceof Database.SqliteError) return "an error";
    throw error;
  }
}
