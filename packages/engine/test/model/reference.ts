import Database from "better-sqlite3";
import { SCHEMA, TABLES } from "./schema.js";

/** A whole state: by table its rows as JSON texts, sorted. Plain SQLite with no engine behind it made it. */
export type WholeState = ReadonlyMap<string, readonly string[]>;

export const UNREADABLE = "unreadable";

/** A branch of the model: an ordinary in-memory database that runs the same statements. */
export class Reference {
  /** Compiled once as long as the schema stays. */
  private readonly statements = new Map<string, Database.Statement>();

  private constructor(private readonly db: Database.Database) {
    db.pragma("foreign_keys = ON");
    db.pragma("recursive_triggers = OFF");
  }

  static fresh(): Reference {
    const reference = new Reference(new Database(":memory:"));
    for (const sql of SCHEMA) reference.db.exec(sql);
    return reference;
  }

  static from(image: Buffer): Reference {
    return new Reference(new Database(image));
  }

  /** Runs the statements as one transaction; false where one failed and nothing was kept. */
  run(statements: readonly string[]): boolean {
    if (!statements.every((sql) => /^(INSERT|UPDATE|DELETE|REPLACE)\b/.test(sql))) this.statements.clear();
    this.db.exec("BEGIN");
    try {
      for (const sql of statements) {
        this.db.prepare(sql).run();
        // OR ROLLBACK ends the transaction; the call has then failed even where better-sqlite3 says nothing.
        if (!this.db.inTransaction) return false;
      }
      this.db.exec("COMMIT");
      return true;
    } catch {
      if (this.db.inTransaction) this.db.exec("ROLLBACK");
      return false;
    }
  }

  tables(): string[] {
    const sql =
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name";
    return (this.prepare(sql).all() as [string][]).map(([name]) => name);
  }

  state(): WholeState {
    return new Map(this.tables().map((name) => [name, this.rows(name)]));
  }

  /** Makes the tables hold exactly these rows; false where a constraint forbids it. */
  become(state: ReadonlyMap<string, readonly (readonly unknown[])[]>): boolean {
    const triggers = this.db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
      name: string;
      sql: string;
    }[];
    this.db.pragma("foreign_keys = OFF");
    this.db.exec("BEGIN");
    try {
      for (const trigger of triggers) this.db.exec(`DROP TRIGGER ${trigger.name}`);
      for (const table of TABLES) {
        this.db.exec(`DELETE FROM ${table.name}`);
        const insert = this.db.prepare(`INSERT INTO ${table.name} VALUES (${table.columns.map(() => "?").join(", ")})`);
        for (const row of state.get(table.name) ?? [])
          insert.run(row.map((value) => (Number.isInteger(value) ? BigInt(value as number) : value)));
      }
      if (this.db.prepare("PRAGMA foreign_key_check").all().length > 0) throw new Error("foreign key");
      for (const trigger of triggers) this.db.exec(trigger.sql);
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

  private prepare(sql: string): Database.Statement {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = this.db.prepare(sql).raw(true);
    this.statements.set(sql, statement);
    return statement;
  }

  /** A view over tables that are gone can't be read; then that is its state. */
  private rows(table: string): string[] {
    try {
      const rows = this.prepare(`SELECT * FROM "${table}"`).all() as unknown[][];
      return rows.map((row) => JSON.stringify(row)).sort();
    } catch {
      return [UNREADABLE];
    }
  }
}
