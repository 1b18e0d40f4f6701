import type { PointInTime } from "@heliosdb/port";
import Database from "better-sqlite3";
import { expect } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

/** One table or view: a query that gives each row as one text in which types show, and what it gave. */
export interface Listing {
  readonly name: string;
  readonly type: "table" | "view";
  readonly sql: string;
  readonly lines: string;
}

/** A state that the engine must still show later, and what plain SQLite held then. */
export interface RecordedState {
  readonly branch: string;
  readonly scn: number;
  readonly listings: readonly Listing[];
}

/**
 * The engine, and for each branch a plain SQLite database in memory beside it to which the same statements are sent.
 * Both must take or refuse each of them alike.
 */
export class Twin {
  readonly db = new TestDatabase();
  private readonly plain = new Map<string, Database.Database>();

  /** The plain side of a branch begins as a copy of another one's, or as a file. */
  begin(branch: string, from: string | Buffer): void {
    const plain = new Database(typeof from === "string" ? this.of(from).serialize() : from);
    plain.pragma("foreign_keys = ON");
    this.plain.set(branch, plain);
  }

  branch(name: string, from = "main"): void {
    this.db.branch(name, from);
    this.begin(name, from);
  }

  /** One commit on the engine, one transaction on the plain side. */
  run(branch: string, ...statements: string[]): void {
    this.db.execute(branch, ...statements);
    this.replay(branch, ...statements);
  }

  /** On the plain side alone: what a merge is to bring. */
  replay(branch: string, ...statements: readonly string[]): void {
    const plain = this.of(branch);
    plain.transaction(() => {
      for (const sql of statements) plain.prepare(sql).run();
    })();
  }

  /** Neither side takes it. Gives the engine's code. */
  refused(branch: string, sql: string): string {
    expect(() => this.replay(branch, sql)).toThrow();
    return codeOf(() => this.db.execute(branch, sql));
  }

  /** The present state of a branch, as its plain side has it. */
  record(branch: string): RecordedState {
    const { scn } = this.db.query(branch, "SELECT 1");
    return { branch, scn, listings: listingsOf(this.of(branch)) };
  }

  /** Compares what the engine shows of a point in time, now or by its SCN, table by table and view by view. */
  expectSame({ branch, scn, listings }: RecordedState, at: PointInTime = { kind: "scn", scn }): void {
    const tables = this.db.read({ op: "listTables", request: { branch, at } }).map((table) => table.name);
    expect(tables).toEqual(listings.filter(({ type }) => type === "table").map(({ name }) => name));
    for (const { name, sql, lines } of listings) {
      const found = this.db.query(branch, sql, at, [], 1_000_000).rows.map(([line]) => String(line));
      expect(joined(found) === lines, `${name} on ${branch} at SCN ${scn}`).toBe(true);
    }
  }

  of(branch: string): Database.Database {
    return this.plain.get(branch)!;
  }

  dispose(): void {
    for (const plain of this.plain.values()) plain.close();
    this.db.dispose();
  }
}

/** Every table and view of a plain database. Columns are in order of name: a merge may bring them in another one. */
export function listingsOf(plain: Database.Database): Listing[] {
  const query = `SELECT name, type FROM sqlite_schema
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`;
  const names = plain.prepare(query).all() as Pick<Listing, "name" | "type">[];
  return names.map(({ name, type }) => {
    const columns = plain.prepare("SELECT name FROM pragma_table_xinfo(?) ORDER BY name").pluck().all(name) as string[];
    const sql = `SELECT ${columns.map((column) => `quote("${column}")`).join(" || ' ' || ")} FROM "${name}"`;
    return { name, type, sql, lines: joined(plain.prepare(sql).pluck().all() as string[]) };
  });
}

function joined(lines: string[]): string {
  return lines.sort().join("\n");
}
