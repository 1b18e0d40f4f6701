import type { Connection } from "../../file/connection.js";
import { keyText, type Row, sameValue } from "../../rows/values.js";
import { storedColumns, type TableDef } from "../../schema/model.js";
import { ident, literal } from "../../sql/names.js";
import { failpoint } from "../../util/failpoint.js";
import { ExactStatement } from "../../values/exact-statement.js";
import { constraintError } from "../schema/constraint.js";
import type { MergeColumn } from "./columns.js";
import type { TableSides } from "./sides.js";

/** The merge's change to one row of the target. */
export interface RowChange {
  readonly key: Row;
  readonly before: Row | undefined;
  readonly rowid: bigint | null;
  readonly after: Row | undefined;
}

/**
 * Writes the changes of one table. First it deletes every row that is removed or whose unique values change, then it
 * inserts rows, then it updates the remaining ones in the columns that changed. So two rows that swap a unique value
 * never collide. OR ABORT overrides the table's own conflict clauses: a merge replaces and ignores no row.
 */
export class TableWriter {
  private readonly db: Connection;
  private readonly table: TableDef;
  private readonly columns: readonly MergeColumn[];
  /** The table to write to, as SQL: a rebuilt table gets its name only at the end. */
  private readonly into: string;
  private readonly physical: string;
  private readonly statements = new Map<string, ExactStatement>();

  constructor({ db, table, columns, rebuild }: TableSides) {
    this.db = db;
    this.table = table;
    this.columns = columns;
    this.physical = rebuild?.physical ?? table.name;
    this.into = `main.${ident(this.physical)}`;
  }

  /** Writes inserted and changed rows to a new table, to which every other row has been copied. */
  fill(changes: readonly RowChange[]): void {
    this.insertAll(changes.filter(({ after }) => after !== undefined));
  }

  apply(changes: readonly RowChange[]): void {
    const unique = uniqueColumns(this.db, this.table);
    const again: RowChange[] = [];
    const updates: RowChange[] = [];
    for (const change of changes) {
      if (change.before === undefined) again.push(change);
      else if (change.after === undefined) this.delete(change);
      else if (this.changesUnique(unique, change.before, change.after)) {
        this.delete(change);
        again.push(change);
      } else updates.push(change);
    }
    this.insertAll(again);
    failpoint("merge.rows");
    for (const change of updates) this.attempt(change, () => this.update(change));
  }

  /** Rows that come back take their places first, or a new row might be given one of them. */
  private insertAll(changes: readonly RowChange[]): void {
    const inOrder = [...changes].sort((a, b) => Number(a.rowid === null) - Number(b.rowid === null));
    for (const change of inOrder) this.attempt(change, () => this.insert(change));
  }

  private delete(change: RowChange): void {
    this.run(`DELETE FROM ${this.into} WHERE ${this.where()}`, this.place(change));
  }

  private insert(change: RowChange): void {
    const row = change.after!;
    const given = this.columns.flatMap((column, i) =>
      row[i] === undefined ? [] : [{ name: ident(column.name), value: row[i] }],
    );
    // A rewritten row keeps its rowid; no other row of the target may be renumbered either.
    if (change.rowid !== null && this.table.rowidColumn === null)
      given.push({ name: this.table.rowid, value: change.rowid });
    const names = given.map((each) => each.name).join(", ");
    const marks = given.map(() => "?").join(", ");
    this.run(
      `INSERT OR ABORT INTO ${this.into} (${names}) VALUES (${marks})`,
      given.map((each) => each.value),
    );
  }

  private update(change: RowChange): void {
    const [before, after] = [change.before!, change.after!];
    const changed = this.columns.flatMap((column, i) =>
      sameValue(before[i], after[i]) ? [] : [{ column, value: after[i] }],
    );
    if (changed.length === 0) return;
    const set = changed.map(({ column }) => `${ident(column.name)} = ?`).join(", ");
    const values = [...changed.map((each) => each.value), ...this.place(change)];
    this.run(`UPDATE OR ABORT ${this.into} SET ${set} WHERE ${this.where()}`, values);
  }

  private where(): string {
    if (!this.table.withoutRowid) {
      return `${this.table.rowidColumn === null ? this.table.rowid : ident(this.table.rowidColumn)} = ?`;
    }
    return this.table.primaryKey
      .map((column, i) => `${ident(column)} = ? COLLATE ${this.table.collations[i]}`)
      .join(" AND ");
  }

  private place(change: RowChange): Row {
    return this.table.withoutRowid ? change.key : [change.rowid];
  }

  private changesUnique(unique: ReadonlySet<string>, before: Row, after: Row): boolean {
    return this.columns.some((column, i) => unique.has(column.name) && !sameValue(before[i], after[i]));
  }

  private run(sql: string, values: Row): void {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = new ExactStatement(this.db, sql);
      this.statements.set(sql, statement);
    }
    statement.run(...values);
  }

  private attempt(change: RowChange, write: () => void): void {
    try {
      write();
    } catch (error) {
      throw constraintError(error, this.table.name, keyText(change.key), this.physical);
    }
  }
}

/**
 * Columns on which some unique index or key depends; all columns, for an index over expressions, generated columns, or
 * some rows.
 */
function uniqueColumns(db: Connection, table: TableDef): Set<string> {
  const found = db
    .prepare(
      `SELECT x.name, l.partial FROM pragma_index_list(${literal(table.name)}, 'main') AS l,
         pragma_index_xinfo(l.name, 'main') AS x WHERE l."unique" = 1 AND x.key = 1`,
    )
    .all() as { name: string | null; partial: number }[];
  const stored = new Set(storedColumns(table).map((column) => column.name));
  if (found.some(({ name, partial }) => partial === 1 || name === null || !stored.has(name))) return stored;
  return new Set([...found.map(({ name }) => name!), ...table.primaryKey]);
}
