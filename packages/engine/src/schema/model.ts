import { sameName } from "../sql/names.js";

/** A column in one epoch. `uid` stays the same through renames and names the column in the log. */
export interface ColumnDef {
  readonly uid: string;
  readonly name: string;
  readonly declaredType: string;
  readonly notNull: boolean;
  /** 1-based position in the declared primary key, 0 outside it. */
  readonly key: number;
  readonly generated: boolean;
  /** The default as SQL text, or null. */
  readonly defaultSql: string | null;
  /**
   * The value that all rows got when the column was added, as SQL text, if it is not the default: a rebuild filled it,
   * or the default has changed since. A merge gives it to rows that were written without the column.
   */
  readonly fill?: string;
}

/** A table in one epoch. `uid` stays the same through renames and names its log. */
export interface TableDef {
  readonly uid: string;
  readonly name: string;
  /** The CREATE TABLE text as SQLite keeps it. */
  readonly sql: string;
  readonly withoutRowid: boolean;
  /** The name by which the rowid can be read, which no column hides. Empty for WITHOUT ROWID. */
  readonly rowid: string;
  /** The column that is the rowid (INTEGER PRIMARY KEY), or null. */
  readonly rowidColumn: string | null;
  /** Declared primary key, in key order; empty if none was declared. */
  readonly primaryKey: readonly string[];
  /** Collations of the primary key's columns, in key order. */
  readonly collations: readonly string[];
  readonly autoincrement: boolean;
  readonly columns: readonly ColumnDef[];
}

/** An index, view or trigger, in SQLite's own order. */
export interface SchemaObject {
  readonly type: "index" | "view" | "trigger";
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

/** The whole schema from a commit on, until the next commit that changed it. */
export interface Epoch {
  readonly scn: number;
  readonly tables: readonly TableDef[];
  readonly objects: readonly SchemaObject[];
}

export function findTable(epoch: Epoch, name: string): TableDef | undefined {
  return epoch.tables.find((table) => sameName(table.name, name));
}

export function findView(epoch: Epoch, name: string): SchemaObject | undefined {
  return epoch.objects.find((object) => object.type === "view" && sameName(object.name, name));
}

/** The columns whose values make up a row; generated ones follow from them. */
export function storedColumns(table: TableDef): readonly ColumnDef[] {
  return table.columns.filter((column) => !column.generated);
}
