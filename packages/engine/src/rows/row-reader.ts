import type { Connection } from "../file/connection.js";
import type { TableDef } from "../schema/model.js";
import { ident } from "../sql/names.js";
import { ExactStatement } from "../values/exact-statement.js";
import type { SqliteValue } from "../values/sqlite-value.js";
import type { Row } from "./values.js";

/** A row with its rowid (null for a WITHOUT ROWID table). */
export interface FoundRow {
  readonly rowid: bigint | null;
  readonly row: Row;
}

/**
 * Reads single rows of one table of one side, in the columns of the merge; a column that the side lacks is undefined.
 */
export class RowReader {
  private readonly key: ExactStatement;
  private readonly rowid: ExactStatement | null;
  private readonly list: string;
  private readonly isWhole: boolean;
  private readonly converts: boolean;

  constructor(
    private readonly db: Connection,
    private readonly source: string,
    /** This side's version of the table. */
    readonly table: TableDef,
    private readonly columns: readonly (string | null)[],
    /** By column, the conversion to the value that the merged table would store; null if there is none. */
    private readonly conversions: readonly (((value: SqliteValue) => SqliteValue) | null)[] = [],
  ) {
    this.converts = conversions.some((each) => each !== null);
    this.isWhole = columns.every((name) => name !== null);
    this.list = ["_helios_k", ...columns.map((name) => (name === null ? "NULL" : ident(name)))].join(", ");
    const where =
      table.rowidColumn === null
        ? table.primaryKey.map((column, i) => `${ident(column)} = ? COLLATE ${table.collations[i]}`).join(" AND ")
        : "_helios_k = ?";
    this.key = this.prepare(`WHERE ${where || "false"}`);
    this.rowid = table.withoutRowid ? null : this.prepare("WHERE _helios_k = ?");
  }

  byKey(key: Row): FoundRow | undefined {
    return this.found(this.key.get(...key));
  }

  byRowid(rowid: bigint): FoundRow | undefined {
    return this.rowid ? this.found(this.rowid.get(rowid)) : undefined;
  }

  /** Rows with a rowid above a mark; all rows if there is no mark. */
  *above(mark: bigint | null): Iterable<FoundRow> {
    const order = this.order();
    const rows =
      mark === null ? this.prepare(order).iterate() : this.prepare(`WHERE _helios_k > ? ${order}`).iterate(mark);
    for (const row of rows) yield this.found(row)!;
  }

  /** Rows without a key: all of a table that declares none, else those with NULL in it. */
  *keyless(): Iterable<FoundRow> {
    const nulls = this.table.primaryKey.map((column) => `${ident(column)} IS NULL`).join(" OR ");
    for (const row of this.prepare(`${nulls ? `WHERE ${nulls}` : ""} ${this.order()}`).iterate())
      yield this.found(row)!;
  }

  /** The order must be the same when some rows are read again. */
  private order(): string {
    const { withoutRowid, primaryKey, collations } = this.table;
    if (!withoutRowid) return "ORDER BY _helios_k";
    return `ORDER BY ${primaryKey.map((column, i) => `${ident(column)} COLLATE ${collations[i]}`).join(", ")}`;
  }

  private prepare(where: string): ExactStatement {
    return new ExactStatement(this.db, `SELECT ${this.list} FROM ${this.source} ${where}`);
  }

  private found(values: readonly SqliteValue[] | undefined): FoundRow | undefined {
    if (values === undefined) return undefined;
    const [rowid, ...stored] = values;
    const row = this.converts ? stored.map((value, i) => this.conversions[i]?.(value) ?? value) : stored;
    const known = this.isWhole ? row : row.map((value, i) => (this.columns[i] === null ? undefined : value));
    return { rowid: rowid as bigint | null, row: known };
  }
}
