import type { BranchRef } from "./branches.js";
import type { PointInTime } from "./point.js";
import type { ColumnType, Value } from "./values.js";

export interface ListTables {
  readonly branch: BranchRef;
  /** Default now. */
  readonly at?: PointInTime;
  /** Only those of these names, whatever their letter case. Default all. */
  readonly tables?: readonly string[];
  /** Also asks for `details`. */
  readonly details?: boolean;
  /** Also asks for `next` in them. In a past state that can take a look at every row. */
  readonly nextKeys?: boolean;
}

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly declaredType: string;
  readonly nullable: boolean;
  /** 1-based position in the primary key, 0 outside it. */
  readonly primaryKey: number;
  readonly generated: boolean;
}

export interface TableInfo {
  readonly name: string;
  readonly rowCount: number;
  /** Approximate size of the rows, from a sample, without indexes and history. */
  readonly sizeBytes: number;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  readonly columns: readonly TableColumn[];
  readonly indexes: readonly string[];
  /** Present when it was asked for. */
  readonly details?: TableDetails;
}

/** The rest of a table's definition. */
export interface TableDetails {
  /** In the order of the definition. */
  readonly foreignKeys: readonly ForeignKey[];
  /** Constraints first, then unique indexes over whole columns and all rows. */
  readonly uniqueKeys: readonly UniqueKey[];
  /** Of the columns that have one, in their order. */
  readonly defaults: readonly ColumnDefault[];
  /** Of the columns whose CHECK is a list of texts. */
  readonly choices: readonly ColumnChoices[];
  /** Null where keys are not given out. */
  readonly keyColumn: KeyColumn | null;
}

export interface ForeignKey {
  /** As CONSTRAINT names it. */
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly table: string;
  /** In the order of `columns`. Empty where the definition means the primary key of a table that there is not. */
  readonly references: readonly string[];
}

export interface UniqueKey {
  /** As CONSTRAINT names it, or that of an index that was created by name. */
  readonly name: string | null;
  readonly columns: readonly string[];
}

export interface ColumnDefault {
  readonly column: string;
  /** SQL. */
  readonly text: string;
  /** Its value; absent where the text calls a function or depends on the time. */
  readonly value?: Value;
}

export interface ColumnChoices {
  readonly column: string;
  readonly values: readonly string[];
}

/** The column that SQLite fills in with the next integer. */
export interface KeyColumn {
  readonly column: string;
  /**
   * Present when it was asked for: the integer that the next row gets; for a past state, one above those of its rows at
   * least. Null where none is left.
   */
  readonly next?: bigint | null;
}
