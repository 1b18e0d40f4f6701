import Database from "better-sqlite3";
import { bindable, exactSql, placeholderOf, sqlName } from "../support/exact.js";
import type { Kind, Statement } from "./kinds/kind.js";
import { type WrittenRow, WrittenRows } from "./written-rows.js";

/** A table or view: its columns, and its rows as JSON texts of exact values, sorted. */
export interface Contents {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
}

/** A whole state by name. Plain SQLite with no engine behind it made it. */
export type WholeState = ReadonlyMap<string, Contents>;

/** Of a view over what is gone. */
export const UNREADABLE: Contents = { columns: [], rows: ["unreadable"] };

type Compiled = Database.Statement;
interface Reader {
  readonly columns: readonly string[];
  readonly rows: Compiled;
}

/** A branch of the model: an ordinary in-memory database that runs the same statements. */
export class Reference {
  /** Compiled once as long as the schema stays. */
  private readonly bound = new Map<string, Compiled>();
  private readers: Map<string, Reader | null> | null = null;

  private readonly writtenRows: WrittenRows;

  private constructor(
    readonly db: Database.Database,
    watched: readonly Kind[],
  ) {
    db.pragma("foreign_keys = ON");
    db.pragma("recursive_triggers = OFF");
    this.writtenRows = new WrittenRows(db, watched);
  }

  /** `watched` are the tables whose written rows are wanted; their definitions must stay. */
  static fresh(schema: readonly string[], watched: readonly Kind[]): Reference {
    const db = new Database(":memory:");
    for (const sql of schema) db.exec(sql);
    return new Reference(db, watched);
  }

  static from(image: Buffer, watched: readonly Kind[]): Reference {
    return new Reference(new Database(image), watched);
  }

  /** The rows of the watched tables that were written since the last call, whether their values changed or not. */
  takeWritten(): WrittenRow[] {
    return this.writtenRows.take();
  }

  /** Runs the statements as one transaction; false where one failed and nothing was kept. */
  run(statements: readonly Statement[]): boolean {
    if (!statements.every(({ sql }) => /^(INSERT|UPDATE|DELETE|REPLACE)\b/.test(sql))) this.forget();
    // A setting comes with a rebuild alone. Inside a transaction SQLite would ignore the one, and with the other it wipes
    // the rows that refer to the table; the engine keeps them with either, and checks at the end.
    const unchecked = statements[0]?.sql.startsWith("PRAGMA") ?? false;
    const before = unchecked ? this.violations() : [];
    if (unchecked) this.db.pragma("foreign_keys = OFF");
    this.db.exec("BEGIN");
    try {
      for (const { sql, params } of statements) {
        this.statement(sql, params.length > 0).run(Object.fromEntries(params.map((value, i) => [i + 1, value])));
        // OR ROLLBACK ends the transaction; the call has then failed even where better-sqlite3 says nothing.
        if (!this.db.inTransaction) return false;
      }
      if (unchecked && this.isBroken(before)) throw new Error("foreign key");
      this.db.exec("COMMIT");
      return true;
    } catch {
      if (this.db.inTransaction) this.db.exec("ROLLBACK");
      return false;
    } finally {
      if (unchecked) this.db.pragma("foreign_keys = ON");
    }
  }

  /** A loaded file may have brought violations along, which nobody has to answer for. */
  private isBroken(before: readonly string[]): boolean {
    return this.violations().some((each) => !before.includes(each));
  }

  private violations(): string[] {
    const rows = this.db.prepare("PRAGMA foreign_key_check").raw().all() as unknown[][];
    return rows.map(([table, rowid, parent]) => `${table} ${rowid} ${parent}`);
  }

  state(): WholeState {
    this.readers ??= this.makeReaders();
    return new Map([...this.readers].map(([name, reader]) => [name, reader === null ? UNREADABLE : read(reader)]));
  }

  /** Makes the tables hold exactly these rows; false where a constraint forbids it. */
  become(kinds: readonly Kind[], state: ReadonlyMap<string, readonly (readonly (string | null)[])[]>): boolean {
    const triggers = this.db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
      name: string;
      sql: string;
    }[];
    const before = this.violations();
    this.forget();
    this.db.pragma("foreign_keys = OFF");
    this.db.exec("BEGIN");
    try {
      for (const trigger of triggers) this.db.exec(`DROP TRIGGER ${sqlName(trigger.name)}`);
      for (const kind of kinds) {
        this.db.exec(`DELETE FROM ${sqlName(kind.name)}`);
        this.insert(kind, state.get(kind.name) ?? []);
      }
      if (this.isBroken(before)) throw new Error("foreign key");
      for (const trigger of triggers) this.db.exec(trigger.sql);
      // All of them were inserted just now, which is no statement's doing.
      this.writtenRows.take();
      this.db.exec("COMMIT");
      return true;
    } catch {
      this.db.exec("ROLLBACK");
      return false;
    } finally {
      this.db.pragma("foreign_keys = ON");
    }
  }

  image(): Buffer {
    return this.db.serialize();
  }

  close(): void {
    this.db.close();
  }

  private insert(kind: Kind, rows: readonly (readonly (string | null)[])[]): void {
    const columns = kind.columns.filter((_, i) => !kind.generated?.includes(i)).map(sqlName);
    const inserts = new Map<string, Compiled>();
    for (const row of rows) {
      const marks = row.map(placeholderOf).join(", ");
      let insert = inserts.get(marks);
      if (!insert) {
        // A merge replaces no row, whatever the table says.
        insert = this.db.prepare(
          `INSERT OR ABORT INTO ${sqlName(kind.name)} (${columns.join(", ")}) VALUES (${marks})`,
        );
        inserts.set(marks, insert);
      }
      insert.run(row.map(bindable));
    }
  }

  private statement(sql: string, isBound: boolean): Compiled {
    const known = this.bound.get(sql);
    if (known) return known;
    const statement = this.db.prepare(sql);
    if (isBound) this.bound.set(sql, statement);
    return statement;
  }

  private makeReaders(): Map<string, Reader | null> {
    const sql =
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name";
    const names = this.db.prepare(sql).pluck().all() as string[];
    return new Map(names.map((name) => [name, this.makeReader(name)]));
  }

  /** Null for a view over tables that are gone, which can't be read. */
  private makeReader(name: string): Reader | null {
    try {
      const columns = this.db.prepare("SELECT name FROM pragma_table_xinfo(?)").pluck().all(name) as string[];
      return { columns, rows: this.db.prepare(readingSql(name, columns)).raw(true) };
    } catch {
      return null;
    }
  }

  private forget(): void {
    this.bound.clear();
    this.readers = null;
  }
}

/** The exact values of all rows. */
export function readingSql(table: string, columns: readonly string[]): string {
  return `SELECT ${columns.map(exactSql).join(", ")} FROM ${sqlName(table)}`;
}

function read({ columns, rows }: Reader): Contents {
  const found = rows.all() as unknown[][];
  return { columns, rows: found.map((row) => JSON.stringify(row)).sort() };
}
