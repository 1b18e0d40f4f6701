import { HeliosError, type MergeRequest, type MergeResult, type PointInTime } from "@heliosdb/port";
import { expect } from "vitest";
import type { Plain } from "../../support/plain.js";
import { codeOf, TestDatabase } from "../../support/test-database.js";

type Strategy = MergeRequest["strategy"];

/** A conflict in one line: type, key, column, and what base, source and target have. */
export type ConflictLine = string;

/**
 * A history with two sides: `main`, the target, and `dev`, the source, which forks from it. Whatever is merged is also
 * merged the other way round, on branches of its own: both must give the same state, or both must be refused.
 */
export class TwoSides {
  readonly db = new TestDatabase();
  private pairs = 0;

  /** One commit on main, from which dev forks. */
  base(...statements: string[]): void {
    this.db.execute("main", ...statements);
    this.db.branch("dev");
  }

  source(...statements: string[]): void {
    this.db.execute("dev", ...statements);
  }

  target(...statements: string[]): void {
    this.db.execute("main", ...statements);
  }

  /** Rows of the target. */
  rows(sql: string) {
    return this.db.rows("main", sql);
  }

  /** Merges dev into main without a conflict; then the other way round, and back. */
  merge(): Plain<MergeResult> {
    const mirrored = this.mirror();
    const result = this.db.merge("dev", "main", "manual");
    const merged = this.contents("main");
    this.db.merge(mirrored.target, mirrored.source, "manual");
    expect(this.contents(mirrored.source)).toEqual(merged);
    this.db.merge("main", "dev", "manual");
    expect(this.contents("dev")).toEqual(merged);
    return result;
  }

  /** The conflicts of a merge that is refused because of them, and leaves everything as it is. */
  conflicts(): ConflictLine[] {
    const before = this.contents("main");
    const mirrored = this.mirror();
    expect(codeOf(() => this.db.merge(mirrored.target, mirrored.source, "manual"))).toBe("MERGE_CONFLICT");
    expect(codeOf(() => this.db.merge("dev", "main", "manual"))).toBe("MERGE_CONFLICT");
    expect(this.contents("main")).toEqual(before);
    const { conflicts } = this.db.merge("dev", "main", "manual", { dryRun: true });
    expect(conflicts.every((conflict) => conflict.type !== "schema")).toBe(true);
    return conflicts.map(({ type, table, rowId, column, base, source, target }) => {
      const values = [base, source, target].map((value) => JSON.stringify(value)).join(" | ");
      return `${type} ${table}:${rowId}${column === null ? "" : ` ${column}`}: ${values}`;
    });
  }

  /** Merges with a strategy that resolves; gives how many rows merged cleanly and how many conflicts were resolved. */
  resolve(strategy: Strategy): [merged: number, conflicts: number] {
    const { merged, conflictCount } = this.db.merge("dev", "main", strategy);
    return [merged, conflictCount];
  }

  /** The message of a merge that the schemas forbid, whatever the strategy and the direction. */
  schemaConflict(): string {
    const before = this.contents("main");
    const mirrored = this.mirror();
    for (const strategy of ["source", "target", "auto"] as const) {
      expect(codeOf(() => this.db.merge("dev", "main", strategy))).toBe("MERGE_CONFLICT");
      expect(codeOf(() => this.db.merge(mirrored.target, mirrored.source, strategy))).toBe("MERGE_CONFLICT");
    }
    expect(this.contents("main")).toEqual(before);
    const [conflict] = this.db.merge("dev", "main", "source", { dryRun: true }).conflicts;
    expect(conflict!.type).toBe("schema");
    return conflict!.message!;
  }

  /** The message of a merge that is refused in one direction because of the rows, in the other because of the schema. */
  refusal(): string {
    const before = this.contents("main");
    const mirrored = this.mirror();
    expect(codeOf(() => this.db.merge(mirrored.target, mirrored.source, "source"))).toMatch(/^MERGE_/);
    try {
      this.db.merge("dev", "main", "source");
    } catch (error) {
      expect(this.contents("main")).toEqual(before);
      return (error as Error).message;
    }
    throw new Error("nothing was refused");
  }

  /** The constraint that the merged state would break, in either direction. */
  violation(): string {
    const before = this.contents("main");
    const mirrored = this.mirror();
    expect(codeOf(() => this.db.merge(mirrored.target, mirrored.source, "source"))).toBe("MERGE_CONSTRAINT");
    try {
      this.db.merge("dev", "main", "source");
    } catch (error) {
      expect(this.contents("main")).toEqual(before);
      expect(error).toMatchObject({ code: "MERGE_CONSTRAINT" });
      return (error as { data: { constraint: string } }).data.constraint;
    }
    throw new Error("nothing was refused");
  }

  /** Everything in a branch, columns by name: their order depends on which side had them first. */
  contents(branch: string, at?: PointInTime): Record<string, unknown> {
    const tables = this.db.read({ op: "listTables", request: { branch, at } });
    const found: Record<string, unknown> = {};
    for (const table of tables) {
      const names = table.columns.map((column) => column.name).sort();
      const list = names.map((name) => `quote("${name}") AS "${name}"`).join(", ");
      const rows = this.db.rows(
        branch,
        `SELECT ${list} FROM "${table.name}" ORDER BY ${names.map((_, i) => i + 1)}`,
        at,
      );
      found[table.name] = { names, rows };
      expect(table.rowCount).toBe(rows.length);
    }
    const listed = "name NOT LIKE 'sqlite%' AND tbl_name NOT LIKE '\\_helios%' ESCAPE '\\'";
    found.objects = this.db.rows(
      branch,
      `SELECT type, name FROM sqlite_schema WHERE type <> 'table' AND ${listed} ORDER BY 1, 2`,
      at,
    );
    for (const [type, name] of found.objects as string[][]) {
      if (type === "view") found[name!] = this.rowsOfView(branch, name!, at);
    }
    return found;
  }

  /** What a view shows, or that it can't be read: SQLite lets one be made of what isn't there. */
  private rowsOfView(branch: string, name: string, at?: PointInTime): string[] | string {
    try {
      const rows = this.db.rows(branch, `SELECT * FROM "${name}"`, at);
      return rows.map((row) => JSON.stringify(row)).sort();
    } catch (error) {
      if (error instanceof HeliosError) return error.code;
      throw error;
    }
  }

  dispose(): void {
    this.db.dispose();
  }

  /** Copies of both sides, to be merged the other way round. */
  private mirror(): { source: string; target: string } {
    const n = ++this.pairs;
    this.db.branch(`dev-${n}`, "dev");
    this.db.branch(`main-${n}`, "main");
    return { source: `dev-${n}`, target: `main-${n}` };
  }
}
